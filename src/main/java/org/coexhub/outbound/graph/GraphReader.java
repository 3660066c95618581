package org.coexhub.outbound.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.Wamid;
import org.coexhub.platform.graph.GraphSettings;
import org.coexhub.platform.http.OutgoingHttp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks Graph about numbers and messages. Nothing depends on an answer: where Graph has none, or none that can be
 * understood, the result is empty.
 */
public final class GraphReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GraphReader.class);

    private static final String NUMBER =
            "?fields=is_on_biz_app,platform_type,throughput,quality_rating,"
                    + "whatsapp_business_manager_messaging_limit";

    private static final String HISTORY =
            "/message_history?limit=100&fields=id,message_id,events%7Bdelivery_status,timestamp%7D";

    private static final int OK = 200;
    private static final int MOST_BYTES = 4 * 1024 * 1024;

    private static final int LONGEST_WORD = 64;

    private final GraphSettings settings;
    private final ObjectMapper json = new ObjectMapper();
    private final OutgoingHttp http;

    public GraphReader(GraphSettings settings) {
        this.settings = settings;
        this.http = new OutgoingHttp(settings.timeout(), MOST_BYTES);
    }

    /**
     * A message Meta has in its history.
     *
     * @param first time of the first thing that happened to it
     */
    public record Found(Wamid wamid, Instant first) {}

    public Optional<NumberFacts> number(PhoneNumberId number) {
        return get(number, NUMBER)
                .map(
                        answer ->
                                new NumberFacts(
                                        onBizApp(answer),
                                        word(answer.path("throughput"), "level"),
                                        word(answer, "quality_rating"),
                                        word(answer, "whatsapp_business_manager_messaging_limit")));
    }

    /** The last second that a time can say; what is beyond it is no time of Meta's. */
    private static final long LATEST = Instant.MAX.getEpochSecond();

    /** Messages that have lately gone through the number, newest first; empty where Graph does not tell. */
    public Optional<List<Found>> history(PhoneNumberId number) {
        return get(number, HISTORY)
                .filter(answer -> answer.path("data").isArray())
                .map(this::found);
    }

    private List<Found> found(JsonNode answer) {
        var found = new ArrayList<Found>();
        for (JsonNode entry : answer.path("data")) {
            String wamid = text(entry, "message_id");
            long first = Long.MAX_VALUE;
            for (JsonNode event : entry.path("events").path("data")) {
                first = Math.min(first, event.path("timestamp").asLong(Long.MAX_VALUE));
            }
            if (wamid != null && first >= 0 && first <= LATEST) {
                found.add(new Found(new Wamid(wamid), Instant.ofEpochSecond(first)));
            }
        }
        return found;
    }

    private static Boolean onBizApp(JsonNode answer) {
        JsonNode on = answer.path("is_on_biz_app");
        return on.isBoolean() ? on.booleanValue() : null;
    }

    private Optional<JsonNode> get(PhoneNumberId number, String query) {
        String base = settings.graphUrl().toString().replaceAll("/+$", "");
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create(
                                        base
                                                + "/"
                                                + settings.graphVersion()
                                                + "/"
                                                + number.value()
                                                + query))
                        .header("Authorization", "Bearer " + settings.accessToken())
                        .build();
        try {
            HttpResponse<byte[]> answer = http.send(request, settings.timeout());
            if (answer.statusCode() != OK) {
                LOG.debug("Graph answers {} about number {}", answer.statusCode(), number);
                return Optional.empty();
            }
            return Optional.ofNullable(json.readTree(answer.body()));
        } catch (IOException away) {
            LOG.debug("Graph does not tell about number {}: {}", number, away.getMessage());
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** One that is no word of Meta's, and that no column takes, counts as not said. */
    private static String word(JsonNode node, String name) {
        String text = text(node, name);
        boolean kept = text != null && text.length() <= LONGEST_WORD && text.indexOf('\0') < 0;
        return kept ? text : null;
    }

    private static String text(JsonNode node, String name) {
        return node.path(name).isTextual() ? node.get(name).textValue() : null;
    }

    @Override
    public void close() {
        http.close();
    }
}
