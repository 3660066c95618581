package org.coexhub.sandbox.meta.graph;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.sandbox.meta.account.GraphException;
import org.coexhub.sandbox.meta.account.MediaShelf;

import java.util.List;
import java.util.Optional;

/** The form of {@code POST /{phone-number-id}/messages}: what must be there and how long it may be. */
public final class SendRules {
    private static final List<String> TYPES =
            List.of(
                    "text",
                    "image",
                    "video",
                    "audio",
                    "document",
                    "sticker",
                    "location",
                    "contacts",
                    "reaction",
                    "interactive",
                    "template");

    private final MediaShelf media;
    private final TemplateShelf templates;

    public SendRules(MediaShelf media, TemplateShelf templates) {
        this.media = media;
        this.templates = templates;
    }

    /** The type of a well-formed message; throws {@link GraphException} otherwise. */
    String check(JsonNode body) {
        if (!body.path("to").isTextual() && !body.path("recipient").isTextual()) {
            throw GraphException.badRequest("The parameter to is required.");
        }
        String type = body.path("type").asText("text");
        if (!TYPES.contains(type)) {
            throw GraphException.badRequest(
                    "Param type must be one of " + TYPES + " - got \"" + type + "\".");
        }
        if (body.path("biz_opaque_callback_data").asText().length() > 512) {
            throw GraphException.invalid("biz_opaque_callback_data is longer than 512 characters");
        }
        JsonNode content = body.path(type);
        if (content.isMissingNode() || content.isNull()) {
            throw GraphException.missing(type);
        }
        switch (type) {
            case "text" -> limited(content, "text", "body", 4096);
            case "location" -> location(content);
            case "contacts" -> contacts(content);
            case "reaction" -> required(content, "reaction", "message_id");
            case "interactive" -> interactive(content);
            case "template" -> template(content);
            default -> media(type, content);
        }
        return type;
    }

    /** As what a well-formed message is priced. */
    String category(String type, JsonNode body) {
        JsonNode content = body.path(type);
        return type.equals("template")
                ? templates.category(
                        content.path("name").asText(),
                        content.path("language").path("code").asText())
                : "service";
    }

    private void media(String type, JsonNode content) {
        Optional<String> id = Optional.ofNullable(content.path("id").textValue());
        if (id.isEmpty() && !content.path("link").isTextual()) {
            throw GraphException.missing(type + "['id'] or " + type + "['link']");
        }
        if (id.isPresent() && media.find(id.get()).isEmpty()) {
            throw GraphException.invalid(type + "['id'] is not a media id of this account");
        }
        if (content.has("caption")) {
            limited(content, type, "caption", 1024);
        }
    }

    private static void location(JsonNode content) {
        for (String name : List.of("latitude", "longitude")) {
            if (!content.hasNonNull(name)) {
                throw GraphException.missing("location['" + name + "']");
            }
        }
    }

    private static void contacts(JsonNode content) {
        if (!content.isArray() || content.isEmpty()) {
            throw GraphException.missing("contacts");
        }
        content.forEach(card -> required(card.path("name"), "contacts['name']", "formatted_name"));
    }

    private static void interactive(JsonNode content) {
        required(content, "interactive", "type");
        if (!content.path("action").isObject()) {
            throw GraphException.missing("interactive['action']");
        }
        if (content.has("body")) {
            limited(content.path("body"), "interactive['body']", "text", 4096);
        }
        switch (content.path("type").asText()) {
            case "button" -> buttons(content.path("action").path("buttons"));
            case "list" -> list(content.path("action"));
            default -> {
                // flows, products, call-to-action links and newer kinds: an action is all that is
                // checked
            }
        }
    }

    private static void buttons(JsonNode buttons) {
        if (!buttons.isArray() || buttons.isEmpty() || buttons.size() > 3) {
            throw GraphException.invalid(
                    "interactive['action']['buttons'] needs one to three buttons");
        }
        buttons.forEach(
                button -> {
                    limited(button.path("reply"), "buttons['reply']", "id", 256);
                    limited(button.path("reply"), "buttons['reply']", "title", 20);
                });
    }

    private static void list(JsonNode action) {
        limited(action, "interactive['action']", "button", 20);
        int rows = 0;
        for (JsonNode section : action.path("sections")) {
            for (JsonNode row : section.path("rows")) {
                limited(row, "row", "id", 200);
                limited(row, "row", "title", 24);
                rows++;
            }
        }
        if (rows < 1 || rows > 10) {
            throw GraphException.invalid("A list needs one to ten rows");
        }
    }

    private void template(JsonNode content) {
        required(content, "template", "name");
        required(content.path("language"), "template['language']", "code");
        templates.check(
                content.path("name").asText(),
                content.path("language").path("code").asText(),
                content.path("components"));
    }

    private static void limited(JsonNode parent, String where, String name, int longest) {
        required(parent, where, name);
        if (parent.path(name).asText().length() > longest) {
            throw GraphException.invalid(
                    where + "['" + name + "'] is longer than " + longest + " characters");
        }
    }

    private static void required(JsonNode parent, String where, String name) {
        if (!parent.path(name).isTextual() || parent.path(name).asText().isEmpty()) {
            throw GraphException.missing(where + "['" + name + "']");
        }
    }
}
