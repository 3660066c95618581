package org.coexhub.outbound.command;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The options of a command: what it says to the hub itself, in its member {@code hub}.
 *
 * @param source who wants this sent
 * @param sourceName which of them, such as the name of a bot; null when not given
 * @param agent the person behind it; null when not given
 * @param fallbackTemplate a template body to use outside the window; null when not given
 * @param hold wait for the window instead of failing outside it
 * @param sendAt not before; null for at once
 * @param expiresAt not after; null for never
 * @param onUnknown what to do when nobody knows whether Meta took the message
 * @param correlation free text given back in every event of the command; null when not given
 * @param hops how many commands this one follows from: 0 unless an event of a command led to it, then the number that
 *     event carries
 */
public record CommandOptions(
        Source source,
        String sourceName,
        String agent,
        JsonNode fallbackTemplate,
        boolean hold,
        Instant sendAt,
        Instant expiresAt,
        OnUnknown onUnknown,
        String correlation,
        int hops) {

    /** Who wants something sent; bots fall silent while a person has the conversation. */
    public enum Source {
        BOT,
        AGENT,
        CRM,
        CAMPAIGN,
        SYSTEM;

        @JsonValue
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Source> of(String wireName) {
            return Arrays.stream(values()).filter(s -> s.wireName().equals(wireName)).findFirst();
        }
    }

    /** What to do about a send of unknown outcome once a status has not come for a while. */
    public enum OnUnknown {
        GIVE_UP("giveUp"),
        RESEND_ONCE("resendOnce");

        private final String wireName;

        OnUnknown(String wireName) {
            this.wireName = wireName;
        }

        @JsonValue
        public String wireName() {
            return wireName;
        }

        static Optional<OnUnknown> of(String wireName) {
            return Arrays.stream(values()).filter(o -> o.wireName.equals(wireName)).findFirst();
        }
    }

    /** Reads a validated {@code hub} object; a missing one gives the defaults. */
    static CommandOptions of(JsonNode hub) {
        return new CommandOptions(
                Source.of(hub.path("source").asText()).orElse(Source.SYSTEM),
                text(hub, "sourceName"),
                text(hub, "agent"),
                hub.path("fallbackTemplate").isObject() ? hub.get("fallbackTemplate") : null,
                hub.path("hold").asBoolean(false),
                instant(hub, "sendAt"),
                instant(hub, "expiresAt"),
                OnUnknown.of(hub.path("onUnknown").asText()).orElse(OnUnknown.GIVE_UP),
                text(hub, "correlation"),
                hub.path("hops").asInt(0));
    }

    private static String text(JsonNode hub, String name) {
        return hub.path(name).isTextual() ? hub.get(name).textValue() : null;
    }

    private static Instant instant(JsonNode hub, String name) {
        return hub.path(name).isTextual()
                ? OffsetDateTime.parse(hub.get(name).textValue()).toInstant()
                : null;
    }
}
