// Give a response the status that its object's metadata asks for: 410 for a tombstone, 301 for a former address.
//
// infra/local/addresses.py does the same on the laptop. tests/infra/edge/addresses.json holds both to one table of
// cases.
function handler(event) {
  const response = event.response;
  const location = response.headers['x-amz-meta-location'];
  const isWhole = response.statusCode === 200;  // a reader who has the page already is told 304, and no more
  if (isWhole && response.headers['x-amz-meta-tombstone']) {
    response.statusCode = 410;
    response.statusDescription = 'Gone';
  } else if (isWhole && location) {
    response.statusCode = 301;
    response.statusDescription = 'Moved Permanently';
    response.headers['location'] = { value: location.value };
  }
  // A page is for itself alone; pictures, styles and feeds may be shown by other sites, as feed readers do.
  const type = response.headers['content-type'];
  if (type && type.value.startsWith('text/html')) {
    response.headers['cross-origin-resource-policy'] = { value: 'same-origin' };
  }
  delete response.headers['x-amz-meta-location'];
  delete response.headers['x-amz-meta-tombstone'];
  return response;
}
