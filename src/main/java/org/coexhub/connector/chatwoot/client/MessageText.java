package org.coexhub.connector.chatwoot.client;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** The words by which agents read a message of any type; null where a file says it all. */
final class MessageText {

    private MessageText() {}

    /** Of what a customer, or a person in the App, wrote. */
    static String of(JsonNode data) {
        String text = data.path("text").textValue();
        String words =
                switch (data.path("messageType").asText()) {
                    case "location" -> location(data.path("location"));
                    case "contacts" -> contacts(data.path("contacts"));
                    case "order" -> order(data.path("order"));
                    case "interactive", "button" -> answer(text, data.path("interactive"));
                    case "text", "image", "video", "audio", "document", "sticker" -> text;
                    case "unsupported", "unknown" ->
                            "[a message that WhatsApp does not pass on: see the phone]";
                    default ->
                            text == null
                                    ? "[" + data.path("messageType").asText() + ": see the phone]"
                                    : text;
                };
        return data.path("referral").isObject()
                ? lines(words, "From the advertisement: " + referral(data.path("referral")))
                : words;
    }

    /** Of what the hub sent, from the request that went to Meta. */
    static String ofSent(JsonNode data) {
        String type = data.path("messageType").asText();
        JsonNode content = data.path("request").path(type);
        String text = data.path("text").textValue();
        return switch (type) {
            case "text" -> text;
            case "template" -> template(data);
            case "interactive" -> lines(text, choices(content.path("action")));
            case "image", "video", "audio", "document", "sticker" ->
                    lines(text, content.path("link").asText("[" + type + "]"));
            case "location" -> location(content);
            case "contacts" -> contacts(content);
            default -> text == null ? "[" + type + "]" : text;
        };
    }

    private static String template(JsonNode data) {
        JsonNode template = data.path("template");
        var values = new ArrayList<String>();
        for (JsonNode component : data.path("request").path("template").path("components")) {
            for (JsonNode parameter : component.path("parameters")) {
                if (parameter.path("text").isTextual()) {
                    values.add(parameter.path("text").textValue());
                }
            }
        }
        String name =
                "[template "
                        + template.path("name").asText()
                        + ", "
                        + template.path("language").asText()
                        + "]";
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

    private static String answer(String text, JsonNode interactive) {
        String response = interactive.path("response").textValue();
        String title = interactive.path("title").textValue();
        return lines(text != null ? text : title, response == null ? null : "[form] " + response);
    }

    private static String location(JsonNode location) {
        return lines(
                location.path("name").textValue(),
                location.path("address").textValue(),
                "https://maps.google.com/?q="
                        + location.path("latitude").asText()
                        + ","
                        + location.path("longitude").asText());
    }

    private static String contacts(JsonNode contacts) {
        List<String> lines = new ArrayList<>();
        for (JsonNode contact : contacts) {
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
        for (JsonNode item : order.path("product_items")) {
            lines.add(
                    item.path("quantity").asText()
                            + " × "
                            + item.path("product_retailer_id").asText()
                            + ", "
                            + item.path("item_price").asText()
                            + " "
                            + item.path("currency").asText());
        }
        return lines(String.join("\n", lines), order.path("text").textValue());
    }

    private static String referral(JsonNode referral) {
        return lines(referral.path("headline").textValue(), referral.path("sourceUrl").textValue());
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
