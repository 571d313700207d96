// Starts Swagger UI on /docs. No validator: its usual one would send our interface to a stranger.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  filter: true,
  validatorUrl: null,
});
