package org.coexhub.connector.chatwoot.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

import org.coexhub.event.EventData;
import org.coexhub.event.MessageContent;
import org.coexhub.event.MessageContent.Interactive;
import org.coexhub.event.MessageContent.Location;
import org.coexhub.event.MessageContent.Referral;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;

/** The words by which agents read a message of any type; null where a file says it all. */
final class MessageText {

    private MessageText() {}

    /** Of what a customer, or a person in the App, wrote. */
    static String of(MessageContent content) {
        String text = content.text();
        String type = content.messageType();
        String words =
                switch (type) {
                    case "location" -> location(content.location());
                    case "contacts" -> contacts(content.contacts());
                    case "order" -> order(content.order());
                    case "interactive", "button" -> answer(text, content.interactive());
                    case "text", "image", "video", "audio", "document", "sticker" -> text;
                    case "unsupported", "unknown" ->
                            "[a message that WhatsApp does not pass on: see the phone]";
                    default -> text == null ? "[" + type + ": see the phone]" : text;
                };
        Referral referral = content.referral();
        return referral == null
                ? words
                : lines(
                        words,
                        "From the advertisement: "
                                + lines(referral.headline(), referral.sourceUrl()));
    }

    /** Of what the hub sent, from the request that went to Meta. */
    static String ofSent(EventData.MessageSent sent) {
        String type = sent.message().messageType();
        JsonNode content = sent.requested(type);
        String text = sent.message().text();
        return switch (type) {
            case "text" -> text;
            case "template" -> template(sent.message().template(), content);
            case "interactive" -> lines(text, choices(content.path("action")));
            case "image", "video", "audio", "document", "sticker" ->
                    lines(text, content.path("link").asText("[" + type + "]"));
            case "location" ->
                    location(
                            content.path("name").textValue(),
                            content.path("address").textValue(),
                            content.path("latitude").asText(),
                            content.path("longitude").asText());
            case "contacts" -> contacts(content);
            default -> text == null ? "[" + type + "]" : text;
        };
    }

    private static String template(EventData.Template template, JsonNode content) {
        var values = new ArrayList<String>();
        for (JsonNode component : content.path("components")) {
            for (JsonNode parameter : component.path("parameters")) {
                if (parameter.path("text").isTextual()) {
                    values.add(parameter.path("text").textValue());
                }
            }
        }
        String name = "[template " + template.name() + ", " + template.language() + "]";
        return values.isEmpty() ? name : name + "\n" + String.join("\n", values);
    }

    private static String choices(JsonNode action) {
        var titles = new ArrayList<String>();
        for (JsonNode button : action.path("buttons")) {
            titles.add(button.path("reply").path("title").asText());
        }
        for (JsonNode section : action.path("sections")) {
            for (JsonNode row : section.path("rows")) {
                titles.add(row.path("title").asText());
            }
        }
        return titles.isEmpty() ? null : "[" + String.join("] [", titles) + "]";
    }

    private static String answer(String text, Interactive answer) {
        if (answer == null) {
            return lines(text);
        }
        return lines(
                text != null ? text : answer.title(),
                answer.response() == null ? null : "[form] " + answer.response());
    }

    private static String location(Location place) {
        return place == null
                ? location(null, null, "", "")
                : location(
                        place.name(),
                        place.address(),
                        Objects.toString(place.latitude(), ""),
                        Objects.toString(place.longitude(), ""));
    }

    private static String location(String name, String address, String latitude, String longitude) {
        return lines(name, address, "https://maps.google.com/?q=" + latitude + "," + longitude);
    }

    private static String contacts(JsonNode contacts) {
        List<String> lines = new ArrayList<>();
        for (JsonNode contact : orNone(contacts)) {
            var line = new StringJoiner(", ");
            line.add(contact.path("name").path("formatted_name").asText("[contact]"));
            contact.path("phones").forEach(phone -> line.add(phone.path("phone").asText()));
            contact.path("emails").forEach(email -> line.add(email.path("email").asText()));
            lines.add(line.toString());
        }
        return String.join("\n", lines);
    }

    private static String order(JsonNode order) {
        List<String> lines = new ArrayList<>();
        lines.add("[order]");
        for (JsonNode item : orNone(order).path("product_items")) {
            lines.add(
                    item.path("quantity").asText()
                            + " × "
                            + item.path("product_retailer_id").asText()
                            + ", "
                            + item.path("item_price").asText()
                            + " "
                            + item.path("currency").asText());
        }
        return lines(String.join("\n", lines), orNone(order).path("text").textValue());
    }

    private static JsonNode orNone(JsonNode json) {
        return json == null ? MissingNode.getInstance() : json;
    }

    private static String lines(String... lines) {
        var all = new StringJoiner("\n");
        all.setEmptyValue("");
        for (String line : lines) {
            if (line != null && !line.isBlank()) {
                all.add(line);
            }
        }
        return all.length() == 0 ? null : all.toString();
    }
}
