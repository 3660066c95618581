package org.coexhub.connector.chatbot.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.event.CloudEvent;
import org.coexhub.event.ConversationId;
import org.coexhub.event.EventId;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Turns of a customer, and settings as an operator writes them. */
final class Turns {

    static final String NUMBER = "700100200300";
    private static final AtomicInteger EVENTS = new AtomicInteger();

    private Turns() {}

    static BotTurn saying(String customer, String... words) {
        var said = new ArrayList<BotTurn.Said>();
        JsonNode event = null;
        for (String each : words) {
            event = event(customer, each);
            said.add(new BotTurn.Said(CloudEvent.of(event), null));
        }
        return turn(customer, said, event);
    }

    static BotTurn taking(String customer, String title, String payload) {
        JsonNode event = event(customer, title);
        return turn(customer, List.of(new BotTurn.Said(CloudEvent.of(event), payload)), event);
    }

    static BotTurn showing(String customer, String type, String mediaId) {
        ObjectNode event = event(customer, null);
        ObjectNode data = (ObjectNode) event.path("data");
        data.put("messageType", type);
        data.putObject("media").put("id", mediaId).put("mimeType", type + "/jpeg");
        return turn(customer, List.of(new BotTurn.Said(CloudEvent.of(event), null)), event);
    }

    private static BotTurn turn(String customer, List<BotTurn.Said> said, JsonNode event) {
        return new BotTurn(
                new EventId(event.path("id").asText()),
                new ConversationId(NUMBER + ":" + customer),
                said,
                CloudEvent.of(event));
    }

    private static ObjectNode event(String customer, String words) {
        String wamid = "wamid." + EVENTS.incrementAndGet();
        ObjectNode event = FakeBot.JSON.createObjectNode();
        event.put("id", "message:" + wamid).put("type", "whatsapp.message.received");
        event.put("subject", NUMBER + ":" + customer);
        event.put("phonenumberid", NUMBER).put("time", "2026-11-25T12:00:00Z");
        ObjectNode data = event.putObject("data").put("wamid", wamid);
        data.put("messageType", "text").put("text", words);
        data.putObject("conversation")
                .putObject("customer")
                .put("waId", customer)
                .put("name", "Ana");
        return event;
    }

    /** @param settings {@code name=value} below {@code hub.chatbot} */
    static BotSettings settings(String... settings) {
        Map<String, Object> values = new HashMap<>();
        for (String setting : settings) {
            int at = setting.indexOf('=');
            values.put("hub.chatbot." + setting.substring(0, at), setting.substring(at + 1));
        }
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("hub.chatbot", BotSettings.class);
    }
}
