// Give a response of the API the status that the API gave it. CloudFront would put the site's own page over a 404, so
// the API's own travels as 200 with the header x-status (see "The API" in infra/template.yaml).
function handler(event) {
  const response = event.response;
  const status = response.headers['x-status'];
  if (status) {
    response.statusCode = Number(status.value);
    delete response.headers['x-status'];
  }
  return response;
}
