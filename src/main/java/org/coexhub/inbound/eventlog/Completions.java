package org.coexhub.inbound.eventlog;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import org.coexhub.event.EventData;
import org.coexhub.event.EventId;
import org.coexhub.event.EventType;
import org.coexhub.event.HubEvent;
import org.coexhub.event.MessageContent;
import org.coexhub.event.json.Json;
import org.coexhub.platform.store.SqlArrays;
import org.springframework.jdbc.core.JdbcTemplate;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes an event of what a later copy of a known message brings: the file of imported media, which Meta names first and
 * sends afterwards, or the content of a message that it could only name.
 *
 * <p>Compared with what stands in the log, which nobody rewrites: so the same copy decides the same way whenever it
 * comes again, and of several copies that bring the same the first to claim the event's identity tells it.
 */
final class Completions {

    private static final String KNOWN =
            """
            SELECT id, body FROM event_log WHERE id = ANY (?) AND body IS NOT NULL AND type IN
                ('whatsapp.message.imported', 'whatsapp.message.received', 'whatsapp.message.echoed')\
            """;

    private final JdbcTemplate jdbc;

    Completions(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Adds the events that the duplicates of this batch make. */
    void addTo(EventBatch batch) {
        List<EventBatch.Item> copies =
                batch.items().stream()
                        .filter(item -> item.verdict() == EventBatch.Verdict.DUPLICATE)
                        .filter(item -> direction(item.event().data()) != null)
                        .filter(item -> !isEmpty(content(item)))
                        .toList();
        if (copies.isEmpty()) {
            return;
        }
        Map<String, Known> known = known(copies);
        for (var copy : copies) {
            Known first = known.get(copy.getId());
            String what = first == null ? null : first.missing(content(copy));
            if (what != null) {
                batch.complete(copy, event(copy.event(), what));
            }
        }
    }

    private Map<String, Known> known(List<EventBatch.Item> copies) {
        var known = new HashMap<String, Known>();
        List<String> ids = copies.stream().map(EventBatch.Item::getId).distinct().toList();
        jdbc.query(
                KNOWN,
                statement -> statement.setArray(1, SqlArrays.text(statement, ids)),
                row -> {
                    known.put(row.getString(1), Known.in(row.getBytes(2)));
                });
        return known;
    }

    private static HubEvent event(HubEvent copy, String what) {
        var message = (EventData.Message) copy.data();
        var data =
                new EventData.MessageCompleted(
                        message.wamid(),
                        message.from(),
                        message.to(),
                        message.groupId(),
                        message.content(),
                        direction(message),
                        copy.id());
        return copy.as(
                EventId.ofCompletion(message.wamid(), what), EventType.MESSAGE_COMPLETED, data);
    }

    /** Null of what is no message with content of its own: an edit or a reaction has nothing to complete. */
    private static String direction(EventData data) {
        return switch (data) {
            case EventData.MessageImported imported -> imported.direction();
            case EventData.MessageReceived received -> "inbound";
            case EventData.MessageEchoed echoed -> "outbound";
            default -> null;
        };
    }

    private static MessageContent content(EventBatch.Item item) {
        return ((EventData.Message) item.event().data()).content();
    }

    private static boolean isEmpty(MessageContent content) {
        return MessageContent.isPlaceholder(content.messageType()) && !hasFile(content);
    }

    private static boolean hasFile(MessageContent content) {
        return content.media() != null && content.media().id() != null;
    }

    /** What the log has of a message. */
    private record Known(String messageType, boolean hasFile) {

        String missing(MessageContent copy) {
            if (!hasFile && Completions.hasFile(copy)) {
                return "media";
            }
            boolean placeholder = !hasFile && MessageContent.isPlaceholder(messageType);
            return placeholder && !Completions.hasFile(copy) ? "content" : null;
        }

        /** Reads no further than to Meta's own object, which is the largest part and stands last. */
        static Known in(byte[] cloudEvent) {
            String type = null;
            boolean file = false;
            try (JsonParser parser = Json.parser(cloudEvent)) {
                parser.nextToken();
                if (!enter(parser, "data")) {
                    return new Known("", false);
                }
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    JsonToken value = parser.nextToken();
                    if (name.equals("messageType")) {
                        type = parser.getText();
                    } else if (name.equals("media") && value == JsonToken.START_OBJECT) {
                        file = hasId(parser);
                    } else if (name.equals("raw")) {
                        break;
                    } else {
                        parser.skipChildren();
                    }
                }
            } catch (IOException e) {
                throw new IllegalStateException("an event in the log is not JSON", e);
            }
            return new Known(type == null ? "" : type, file);
        }

        private static boolean enter(JsonParser parser, String object) throws IOException {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean found = parser.currentName().equals(object);
                JsonToken value = parser.nextToken();
                if (found && value == JsonToken.START_OBJECT) {
                    return true;
                }
                parser.skipChildren();
            }
            return false;
        }

        private static boolean hasId(JsonParser parser) throws IOException {
            boolean has = false;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean id = parser.currentName().equals("id");
                has |= id && parser.nextToken() == JsonToken.VALUE_STRING;
                if (!id) {
                    parser.nextToken();
                }
                parser.skipChildren();
            }
            return has;
        }
    }
}
