package org.coexhub.sandbox.meta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** Calls simulated Graph as the hub would. */
final class GraphClient {
    record Answer(int status, JsonNode body) {
        int errorCode() {
            return body.at("/error/code").asInt();
        }

        String wamid() {
            return body.at("/messages/0/id").asText();
        }
    }

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI root;
    private final String number;
    private final String token;

    GraphClient(SimulatedMeta meta, String token) {
        root = meta.graphUrl();
        number = meta.account().phoneNumberId();
        this.token = token;
    }

    Answer text(String to, String body) throws IOException, InterruptedException {
        ObjectNode message = message(to, "text");
        message.putObject("text").put("body", body);
        return send(message);
    }

    ObjectNode message(String to, String type) {
        return json.createObjectNode()
                .put("messaging_product", "whatsapp")
                .put("to", to)
                .put("type", type);
    }

    Answer send(JsonNode message) throws IOException, InterruptedException {
        return post("/v26.0/" + number + "/messages", message);
    }

    Answer post(String path, JsonNode body) throws IOException, InterruptedException {
        return exchange(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build());
    }

    Answer get(String path) throws IOException, InterruptedException {
        return exchange(request(path).GET().build());
    }

    byte[] download(String url) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url))
                        .header("Authorization", "Bearer " + token)
                        .build();
        return http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
    }

    Answer upload(byte[] file, String mimeType) throws IOException, InterruptedException {
        String head =
                "--cut\r\n"
                        + "Content-Disposition: form-data; name=\"messaging_product\"\r\n\r\n"
                        + "whatsapp\r\n"
                        + "--cut\r\n"
                        + "Content-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n"
                        + "Content-Type: "
                        + mimeType
                        + "\r\n\r\n";
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        byte[] end = "\r\n--cut--\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] body = new byte[start.length + file.length + end.length];
        System.arraycopy(start, 0, body, 0, start.length);
        System.arraycopy(file, 0, body, start.length, file.length);
        System.arraycopy(end, 0, body, start.length + file.length, end.length);
        return exchange(
                request("/v26.0/" + number + "/media")
                        .header("Content-Type", "multipart/form-data; boundary=cut")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(root.resolve(path))
                .header("Authorization", "Bearer " + token);
    }

    private Answer exchange(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        return new Answer(answer.statusCode(), json.readTree(answer.body()));
    }
}
