// Answer a request: /x/ is read from /x/index.html, and /x redirects to /x/.
//
// CloudFront's engine knows little of the newer JavaScript, so all functions here keep to the plain one.
// infra/local/addresses.py does the same on the laptop. tests/infra/edge/addresses.json holds both to one table of
// cases.
function handler(event) {
  const request = event.request;
  const last = request.uri.slice(request.uri.lastIndexOf('/') + 1);
  if (last === '') {
    request.uri += 'index.html';
    return request;
  }
  if (last === '.' || last === '..') {
    request.uri += '/index.html';  // for S3 these could mean the bucket itself, whose list is nobody's to read
    return request;
  }
  if (last.includes('.')) return request;
  // One slash and no backslash in front: browsers read //name and /\name as another site's address.
  const address = '/' + request.uri.replace(/^[/\\]+/, '') + '/';
  const query = [];
  Object.keys(request.querystring).forEach(name => {
    const given = request.querystring[name];
    (given.multiValue || [given]).forEach(one => query.push(one.value === '' ? name : name + '=' + one.value));
  });
  const location = query.length ? address + '?' + query.join('&') : address;
  return { statusCode: 301, statusDescription: 'Moved Permanently', headers: { location: { value: location } } };
}
