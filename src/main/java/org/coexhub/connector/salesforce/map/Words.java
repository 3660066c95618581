package org.coexhub.connector.salesforce.map;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.StringJoiner;

/** Puts a message into words for a reader in the CRM: its own, or what it was where it has none. */
final class Words {

    private Words() {}

    static String of(JsonNode data) {
        if (data.hasNonNull("text")) {
            return data.path("text").asText();
        }
        if (data.hasNonNull("reaction")) {
            return text(data.path("reaction"), "emoji");
        }
        if (data.hasNonNull("template")) {
            return "Template "
                    + data.path("template").path("name").asText()
                    + " ("
                    + data.path("template").path("language").asText()
                    + ")";
        }
        if (data.hasNonNull("location")) {
            JsonNode place = data.path("location");
            var words = new StringJoiner(", ");
            for (String member : new String[] {"name", "address", "latitude", "longitude"}) {
                if (place.hasNonNull(member)) {
                    words.add(place.path(member).asText());
                }
            }
            return words.toString();
        }
        if (data.path("contacts").isArray()) {
            var names = new StringJoiner(", ");
            data.path("contacts")
                    .forEach(card -> names.add(card.path("name").path("formatted_name").asText()));
            return names.toString();
        }
        return text(data.path("media"), "filename");
    }

    private static String text(JsonNode node, String member) {
        return node.hasNonNull(member) ? node.path(member).asText() : null;
    }
}
