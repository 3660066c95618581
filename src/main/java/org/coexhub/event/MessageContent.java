package org.coexhub.event;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * The content of a message, whoever sent it. Everything but {@code messageType} is null where the message has none of
 * it.
 *
 * @param messageType Meta's own type name; {@code unknown} where Meta gave none
 * @param text the words a reader sees first: body, caption, button or list title
 * @param contacts the shared contact cards as Meta sent them
 * @param order the order as Meta sent it
 * @param unsupportedType what an {@code unsupported} message was on the phone
 */
public record MessageContent(
        String messageType,
        String text,
        Media media,
        Location location,
        JsonNode contacts,
        Interactive interactive,
        JsonNode order,
        Context context,
        Referral referral,
        Reaction reaction,
        Target edit,
        Target revoke,
        String unsupportedType,
        List<MetaError> errors) {

    static final MessageContent NONE =
            new MessageContent(
                    null, null, null, null, null, null, null, null, null, null, null, null, null,
                    null);

    public MessageContent {
        messageType = messageType == null ? "unknown" : messageType;
    }

    /** Names of what Meta could not show: nothing but a place where content belongs. */
    private static final Set<String> PLACEHOLDERS =
            Set.of("media_placeholder", "unsupported", "errors", "unknown");

    /** Whether a message of this type says no more than that there is one. */
    public static boolean isPlaceholder(String messageType) {
        return PLACEHOLDERS.contains(messageType);
    }

    /** Null where the message has no file. */
    public String mediaId() {
        return media == null ? null : media.id();
    }

    /** A file; {@code url} lives for five minutes and needs the access token, {@code id} lives longer. */
    public record Media(
            String id,
            String mimeType,
            String sha256,
            String filename,
            String caption,
            Boolean voice,
            String url) {}

    public record Location(
            Double latitude, Double longitude, String name, String address, String url) {}

    /** An answer given by tapping; {@code kind} is Meta's name of the answer, {@code response} a flow's JSON as text. */
    public record Interactive(
            String kind, String id, String title, String description, String response) {}

    /** The message this one answers or was forwarded from; {@code product} is the catalogue item asked about. */
    public record Context(
            Wamid wamid, String from, Boolean forwarded, String catalogId, String productId) {}

    /** The advertisement that led the customer here. */
    public record Referral(
            String sourceType,
            String sourceId,
            String sourceUrl,
            String headline,
            String body,
            String mediaType,
            String mediaUrl,
            String clickId) {}

    /** {@code emoji} is null exactly when the reaction was taken back. */
    public record Reaction(Wamid wamid, String emoji, boolean removed) {}

    /** The earlier message that is edited or revoked; null inside when Meta did not say which. */
    public record Target(Wamid wamid) {}

    public record MetaError(Long code, String title, String message, String details, String href) {

        /** What a reader is told of the first of them; {@code NONE} where there is none. */
        public static MetaError first(List<MetaError> errors) {
            return errors == null || errors.isEmpty() ? NONE : errors.getFirst();
        }

        public static final MetaError NONE = new MetaError(null, null, null, null, null);
    }

    /** Price category of a delivered message. */
    public record Pricing(String type, String category, String model, Boolean billable) {}

    /** The window Meta bills by; not the hub's conversation. */
    public record PricingConversation(String id, String origin, Instant expiresAt) {}
}
