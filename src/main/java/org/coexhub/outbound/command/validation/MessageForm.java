package org.coexhub.outbound.command.validation;

import org.coexhub.outbound.command.SendCommand;

import java.util.Map;
import java.util.function.Consumer;

/**
 * Validates the content of a message, per type, as far as Meta documents it. Only what Meta would surely refuse is a
 * fault. A type that the hub does not know is one: it is a misspelling far more often than news. Who means it says so
 * by {@code hub.unchecked}, and then nothing of the content is looked at.
 */
final class MessageForm {

    /** The option of {@code hub} by which a message's content is passed on as it is. */
    static final String UNCHECKED = "unchecked";

    private static final int LONGEST_TYPE = 64;
    private static final int ANY_LENGTH = 65_536;
    private static final int TEXT_LENGTH = 4096;
    private static final int CAPTION_LENGTH = 1024;

    private static final Map<String, Consumer<JsonCursor>> CONTENT =
            Map.ofEntries(
                    Map.entry("text", MessageForm::text),
                    Map.entry("image", media -> media(media, true)),
                    Map.entry("video", media -> media(media, true)),
                    Map.entry("document", media -> media(media, true)),
                    Map.entry("audio", media -> media(media, false)),
                    Map.entry("sticker", media -> media(media, false)),
                    Map.entry("location", MessageForm::location),
                    Map.entry("contacts", MessageForm::contacts),
                    Map.entry("reaction", MessageForm::reaction),
                    Map.entry("interactive", InteractiveForm::check),
                    Map.entry("template", MessageForm::template));

    private MessageForm() {}

    static void check(JsonCursor root) {
        JsonCursor type = root.at("type");
        if (type.given() && !type.node().isTextual()) {
            type.fault("must be a string");
            return;
        }
        if (isUnchecked(root)) {
            type.text(LONGEST_TYPE);
            return;
        }
        String name = SendCommand.typeOf(root.node());
        if (name == null) {
            type.fault("is required: one of " + String.join(", ", SendCommand.TYPES));
        } else if (CONTENT.containsKey(name)) {
            CONTENT.get(name).accept(root.at(name));
        } else {
            type.fault(
                    "is not a known type; known are "
                            + String.join(", ", SendCommand.TYPES)
                            + ". For a type that Meta has added since, set /hub/unchecked to true");
        }
        if (root.has("context")) {
            root.at("context").object(context -> context.at("message_id").text(256));
        }
    }

    private static boolean isUnchecked(JsonCursor root) {
        return root.at(SendCommand.HUB).at(UNCHECKED).node().asBoolean(false);
    }

    private static void text(JsonCursor text) {
        text.object(inside -> inside.at("body").text(TEXT_LENGTH));
    }

    static void media(JsonCursor media, boolean captioned) {
        media.object(
                inside -> {
                    JsonCursor id = inside.at("id");
                    JsonCursor link = inside.at("link");
                    if (!id.given() && !link.given()) {
                        inside.fault("needs an id of uploaded media or a link");
                    }
                    if (id.given()) {
                        id.text(256);
                    }
                    if (link.given() && !isWebAddress(link)) {
                        link.fault("must be an http or https address");
                    }
                    JsonCursor caption = inside.at("caption");
                    if (captioned) {
                        caption.optionalText(CAPTION_LENGTH);
                    } else if (caption.given()) {
                        caption.fault("is not possible with this type");
                    }
                    inside.at("filename").optionalText(1024);
                });
    }

    private static void location(JsonCursor location) {
        location.object(
                inside -> {
                    inside.at("latitude").coordinate(90);
                    inside.at("longitude").coordinate(180);
                    inside.at("name").optionalText(ANY_LENGTH);
                    inside.at("address").optionalText(ANY_LENGTH);
                });
    }

    private static void contacts(JsonCursor contacts) {
        contacts.array(
                1,
                257,
                card ->
                        card.object(
                                inside ->
                                        inside.at("name")
                                                .object(
                                                        name ->
                                                                name.at("formatted_name")
                                                                        .text(ANY_LENGTH))));
    }

    private static void reaction(JsonCursor reaction) {
        reaction.object(
                inside -> {
                    inside.at("message_id").text(256);
                    JsonCursor emoji = inside.at("emoji").optionalText(64);
                    if (!emoji.given()) {
                        emoji.fault("is required; an empty string takes the reaction back");
                    }
                });
    }

    static void template(JsonCursor template) {
        template.object(
                inside -> {
                    inside.at("name").text(512);
                    inside.at("language").object(language -> language.at("code").text(64));
                    if (inside.has("components")) {
                        inside.at("components")
                                .array(0, Integer.MAX_VALUE, MessageForm::templateComponent);
                    }
                });
    }

    private static void templateComponent(JsonCursor component) {
        component.object(
                inside -> {
                    JsonCursor type = inside.at("type").text(64);
                    if ("button".equalsIgnoreCase(type.node().textValue())) {
                        inside.at("sub_type").text(64);
                        inside.at("index").position(9);
                    }
                    if (inside.has("parameters")) {
                        inside.at("parameters")
                                .array(
                                        0,
                                        Integer.MAX_VALUE,
                                        parameter ->
                                                parameter.object(kind -> kind.at("type").text(64)));
                    }
                });
    }

    static boolean isWebAddress(JsonCursor place) {
        return place.node().isTextual() && WebAddress.isOne(place.node().textValue());
    }
}
