package org.coexhub.sandbox.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** Calls Salesforce as its documentation shows, with nothing but an HTTP client. */
final class SalesforceClient {
    static final String DATA = "/services/data/v62.0";

    record Response(int status, JsonNode json, String text, Map<String, String> headers) {
        String error() {
            return json.path(0).path("errorCode").asText();
        }

        String message() {
            return json.path(0).path("message").asText();
        }
    }

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final SimulatedSalesforce salesforce;
    private String token;

    SalesforceClient(SimulatedSalesforce salesforce) {
        this.salesforce = salesforce;
    }

    /** Logs in by client credentials and keeps the token. */
    JsonNode login() throws Exception {
        Response login =
                form(
                        "/services/oauth2/token",
                        Map.of(
                                "grant_type", "client_credentials",
                                "client_id", salesforce.clientId(),
                                "client_secret", salesforce.clientSecret()));
        token = login.json().path("access_token").asText();
        return login.json();
    }

    String token() {
        return token;
    }

    Response form(String path, Map<String, String> fields) throws Exception {
        String body =
                fields.entrySet().stream()
                        .map(field -> field.getKey() + "=" + encoded(field.getValue()))
                        .collect(Collectors.joining("&"));
        return send(
                request(path)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    Response get(String path) throws Exception {
        return send(request(path).GET());
    }

    Response delete(String path) throws Exception {
        return send(request(path).DELETE());
    }

    Response post(String path, String body) throws Exception {
        return with("POST", path, body);
    }

    Response patch(String path, String body) throws Exception {
        return with("PATCH", path, body);
    }

    Response query(String soql) throws Exception {
        return get(DATA + "/query?q=" + encoded(soql));
    }

    private Response with(String method, String path, String body) throws Exception {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(salesforce.url() + path))
                        .timeout(Duration.ofSeconds(10));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    Response send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        boolean isJson =
                answer.headers()
                        .firstValue("Content-Type")
                        .orElse("")
                        .startsWith("application/json");
        return new Response(
                answer.statusCode(),
                json.readTree(isJson ? answer.body() : "null"),
                answer.body(),
                answer.headers().map().entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().get(0))));
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
