package org.coexhub.event.typing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

import org.coexhub.event.MessageContent;
import org.coexhub.event.MessageContent.Context;
import org.coexhub.event.MessageContent.Interactive;
import org.coexhub.event.MessageContent.Location;
import org.coexhub.event.MessageContent.Media;
import org.coexhub.event.MessageContent.Reaction;
import org.coexhub.event.MessageContent.Referral;
import org.coexhub.event.MessageContent.Target;

/** Reads what a message says. A type nobody knows yet still gives its name, and its words where they are usual ones. */
final class ContentTyping {

    private ContentTyping() {}

    /** @param message a message of any origin, or the body of a send request */
    static MessageContent content(JsonNode message) {
        String type = type(message);
        boolean edited = type.equals("edit");
        JsonNode shown = edited ? message.path("edit").path("message") : message;
        String shownType = edited ? type(shown) : type;
        JsonNode body = shown.path(shownType);
        Media media = media(body);
        Interactive interactive = interactive(shownType, body);
        return new MessageContent(
                type,
                words(shown, body, interactive),
                media,
                shownType.equals("location") && body.isObject() ? location(body) : null,
                shownType.equals("contacts") && body.isArray() ? body : null,
                interactive,
                shownType.equals("order") && body.isObject() ? body : null,
                context(shown.path("context")),
                referral(shown.path("referral")),
                type.equals("reaction") ? reaction(body) : null,
                edited
                        ? new Target(Fields.wamid(message.path("edit"), "original_message_id"))
                        : null,
                type.equals("revoke")
                        ? new Target(Fields.wamid(body, "original_message_id"))
                        : null,
                Fields.text(shown.path("unsupported"), "type"),
                Fields.errors(shown.path("errors")));
    }

    static String type(JsonNode message) {
        String type = Fields.id(message, "type");
        return type == null ? "unknown" : type;
    }

    private static String words(JsonNode message, JsonNode body, Interactive interactive) {
        if (interactive != null && interactive.title() != null) {
            return interactive.title();
        }
        String words = Fields.text(body, "body", "caption", "text");
        if (words == null) {
            words = Fields.text(body.path("body"), "text");
        }
        // Very old "unsupported" messages carried their words beside the type.
        return words != null ? words : Fields.text(message.path("text"), "body");
    }

    private static Media media(JsonNode body) {
        if (!body.has("mime_type") && !body.has("sha256") && !body.has("link")) {
            return null;
        }
        String url = Fields.text(body, "url", "link");
        return new Media(
                Fields.id(body, "id"),
                Fields.text(body, "mime_type"),
                Fields.text(body, "sha256"),
                Fields.text(body, "filename"),
                Fields.text(body, "caption"),
                Fields.flag(body, "voice"),
                url);
    }

    private static Location location(JsonNode body) {
        return new Location(
                Fields.decimal(body, "latitude"),
                Fields.decimal(body, "longitude"),
                Fields.text(body, "name"),
                Fields.text(body, "address"),
                Fields.text(body, "url"));
    }

    private static Interactive interactive(String type, JsonNode body) {
        if (type.equals("button")) {
            return new Interactive(
                    "button", Fields.text(body, "payload"), Fields.text(body, "text"), null, null);
        }
        String kind = type.equals("interactive") ? Fields.text(body, "type") : null;
        if (kind == null) {
            return null;
        }
        JsonNode reply = body.path(kind);
        String id = Fields.text(reply, "id", "name");
        return new Interactive(
                kind,
                id,
                Fields.text(reply, "title", "body"),
                Fields.text(reply, "description"),
                response(reply));
    }

    /** A flow's answer is JSON inside a string; some senders put the object itself. */
    private static String response(JsonNode reply) {
        JsonNode json = reply.path("response_json");
        return json.isContainerNode()
                ? json.toString()
                : Fields.text(reply, "response_json", "response");
    }

    private static Context context(JsonNode context) {
        if (!context.isObject()) {
            return null;
        }
        boolean often = Boolean.TRUE.equals(Fields.flag(context, "frequently_forwarded"));
        JsonNode product = context.path("referred_product");
        return new Context(
                Fields.wamid(context, "id", "message_id"),
                Fields.phone(Fields.text(context, "from")),
                often ? Boolean.TRUE : Fields.flag(context, "forwarded"),
                Fields.text(product, "catalog_id"),
                Fields.text(product, "product_retailer_id"));
    }

    private static Referral referral(JsonNode referral) {
        if (!referral.isObject()) {
            return null;
        }
        return new Referral(
                Fields.text(referral, "source_type"),
                Fields.text(referral, "source_id"),
                Fields.text(referral, "source_url"),
                Fields.text(referral, "headline"),
                Fields.text(referral, "body"),
                Fields.text(referral, "media_type"),
                Fields.text(referral, "image_url", "video_url"),
                Fields.text(referral, "ctwa_clid"));
    }

    /** Taken back when the emoji is missing or empty; both occur. */
    private static Reaction reaction(JsonNode body) {
        JsonNode object = body.isObject() ? body : MissingNode.getInstance();
        String emoji = Fields.text(object, "emoji");
        boolean removed = emoji == null || emoji.isEmpty();
        return new Reaction(Fields.wamid(object, "message_id"), removed ? null : emoji, removed);
    }
}
