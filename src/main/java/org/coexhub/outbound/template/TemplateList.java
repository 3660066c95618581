package org.coexhub.outbound.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.event.WabaId;
import org.coexhub.platform.graph.GraphSettings;
import org.coexhub.platform.http.OutgoingHttp;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads an account's templates from Graph, page by page. Pages are asked for by cursor, never by the address in the answer. */
final class TemplateList implements AutoCloseable {

    private static final String FIELDS =
            "id,name,language,status,category,parameter_format,components,quality_score";

    private static final int PAGE = 100;

    /** Meta allows 6,000 templates; more pages than that many need are a cursor that goes in a circle. */
    private static final int MOST_PAGES = 100;

    /** Of a page: a template has some kilobytes, with examples and buttons. */
    private static final int MOST_BYTES = 16 * 1024 * 1024;

    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final GraphSettings settings;
    private final ObjectMapper json = new ObjectMapper();
    private final OutgoingHttp http = new OutgoingHttp(CONNECT, MOST_BYTES);

    TemplateList(GraphSettings settings) {
        this.settings = settings;
    }

    /** @throws IOException Graph cannot be reached, refuses, or answers something else than pages of templates */
    List<Template> of(WabaId account) throws IOException, InterruptedException {
        var templates = new ArrayList<Template>();
        String after = null;
        for (int page = 0; page < MOST_PAGES; page++) {
            JsonNode answer = get(account, after);
            answer.path("data").forEach(node -> templates.add(read(node)));
            after = answer.path("paging").path("cursors").path("after").textValue();
            if (after == null || !answer.path("paging").has("next")) {
                return templates;
            }
        }
        throw new IOException("the list of templates has no end");
    }

    private JsonNode get(WabaId account, String after) throws IOException, InterruptedException {
        String base = settings.graphUrl().toString().replaceAll("/+$", "");
        String query =
                "?limit="
                        + PAGE
                        + "&fields="
                        + FIELDS
                        + (after == null ? "" : "&after=" + encoded(after));
        URI uri =
                URI.create(
                        "%s/%s/%s/message_templates%s"
                                .formatted(
                                        base,
                                        settings.graphVersion(),
                                        encoded(account.value()),
                                        query));
        HttpResponse<byte[]> response =
                http.send(
                        HttpRequest.newBuilder(uri)
                                .header("Authorization", "Bearer " + settings.accessToken())
                                .build(),
                        settings.timeout());
        JsonNode answer = json.readTree(response.body());
        if (response.statusCode() != 200 || !answer.path("data").isArray()) {
            throw new IOException(
                    "Graph answered HTTP %d, error code %s"
                            .formatted(
                                    response.statusCode(),
                                    answer.path("error").path("code").asText("none")));
        }
        return answer;
    }

    private static Template read(JsonNode node) {
        JsonNode quality = node.path("quality_score");
        return new Template(
                node.path("id").asText(null),
                node.path("name").asText(),
                node.path("language").asText(),
                node.path("status").asText("UNKNOWN"),
                null,
                node.path("category").asText(null),
                quality.path("score").asText(quality.textValue()),
                "NAMED".equalsIgnoreCase(node.path("parameter_format").asText()),
                node.path("components").isArray() ? node.get("components") : null);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        http.close();
    }
}
