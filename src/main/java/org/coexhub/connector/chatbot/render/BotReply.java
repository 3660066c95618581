package org.coexhub.connector.chatbot.render;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.List;

/** One reply of a bot, in the words of no vendor. */
public sealed interface BotReply {

    record Text(String words) implements BotReply {}

    /** Words with some choices below: quick replies, buttons, a list. */
    record Choices(String words, List<Choice> choices) implements BotReply {}

    /** Words with a button that opens a web page. */
    record Link(String words, String title, String url) implements BotReply {}

    /** A file by its address. */
    record Media(Kind kind, String url, String caption, String fileName) implements BotReply {}

    record Place(double latitude, double longitude, String name, String address)
            implements BotReply {}

    /** A message in Meta's own form, which passes as it is, except that a text may be too long. */
    record Ready(ObjectNode message) implements BotReply {}

    /**
     * @param payload what the bot is told when the customer takes this one; not shown
     * @param description smaller words below, or null
     */
    record Choice(String title, String payload, String description) {

        public Choice(String title, String payload) {
            this(title, payload, null);
        }
    }

    /** Names as Meta writes them. */
    enum Kind {
        IMAGE,
        VIDEO,
        AUDIO,
        DOCUMENT;

        String wireName() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        /** By media type; whatever is no picture, film or sound is a document. */
        public static Kind of(String mediaType) {
            String type = mediaType == null ? "" : mediaType.toLowerCase(java.util.Locale.ROOT);
            if (type.startsWith("image/")) {
                return IMAGE;
            }
            if (type.startsWith("video/")) {
                return VIDEO;
            }
            return type.startsWith("audio/") ? AUDIO : DOCUMENT;
        }
    }
}
