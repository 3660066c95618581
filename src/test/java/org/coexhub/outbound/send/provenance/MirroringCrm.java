package org.coexhub.outbound.send.provenance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.routes.HttpSink;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * A CRM that keeps both sides alike: each outgoing message it hears of and did not write, it writes as well. One that
 * counts says what its message follows from; one that does not is the usual case.
 */
final class MirroringCrm {

    private final String name;
    private final boolean saysItIsACrm;
    private final HandIn hub;
    private final ObjectMapper json = new ObjectMapper();
    private final Set<String> own = new HashSet<>();

    /** A way into the hub. */
    @FunctionalInterface
    interface HandIn {
        /** @return the command's id, or its correlation where the way gives no answer */
        String command(String json, String key) throws Exception;
    }

    private MirroringCrm(String name, boolean saysItIsACrm, HandIn hub) {
        this.name = name;
        this.saysItIsACrm = saysItIsACrm;
        this.hub = hub;
    }

    /** Gives its name, passes hops on, and shows who wrote: so its copies are no longer the same words. */
    static MirroringCrm counting(String name, HandIn hub) {
        return new MirroringCrm(name, true, hub);
    }

    /** Gives no name, counts nothing, sends the same words. */
    static MirroringCrm dumb(HandIn hub) {
        return new MirroringCrm(null, true, hub);
    }

    /** Does not even say that it is a CRM. */
    static MirroringCrm dumbest(HandIn hub) {
        return new MirroringCrm(null, false, hub);
    }

    HttpSink.Answer hears() {
        return exchange -> {
            try {
                hear(json.readTree(HttpSink.bodyOf(exchange)));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        };
    }

    /** An agent of the CRM writes. */
    synchronized void write(String number, String customer, String words) throws Exception {
        send(number, customer, words, 0, UUID.randomUUID().toString());
    }

    private synchronized void hear(JsonNode event) throws Exception {
        String type = event.path("type").asText();
        boolean outgoing =
                type.equals("whatsapp.message.sent") || type.equals("whatsapp.message.echoed");
        JsonNode data = event.path("data");
        JsonNode command = data.path("command");
        if (!outgoing
                || own.contains(command.path("id").asText())
                || own.contains(command.path("correlation").asText())) {
            return;
        }
        String words = data.path("text").asText();
        send(
                event.path("phonenumberid").asText(),
                data.path("to").asText(),
                name == null ? words : name + ": " + words,
                command.path("hops").asInt(0),
                "mirror of " + event.path("id").asText());
    }

    private void send(String number, String customer, String words, int hops, String key)
            throws Exception {
        ObjectNode command = json.createObjectNode();
        command.put("from", number).put("to", customer).put("type", "text");
        command.putObject("text").put("body", words);
        if (name != null) {
            command.putObject("hub")
                    .put("source", "crm")
                    .put("sourceName", name)
                    .put("correlation", name + " " + key)
                    .put("hops", hops);
            own.add(name + " " + key);
        } else if (saysItIsACrm) {
            command.putObject("hub").put("source", "crm");
        }
        own.add(hub.command(command.toString(), key + " by " + this));
    }
}
