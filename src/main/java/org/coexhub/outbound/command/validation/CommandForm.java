package org.coexhub.outbound.command.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.outbound.command.CommandOptions;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.SendCommand;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Validates the form of a command: who sends to whom, and what the caller asks of the hub. All faults are reported at
 * once.
 *
 * <p>Members that Meta knows and the hub does not pass through untouched. Inside {@code hub} the hub is the only reader,
 * so a misspelt option is a fault there: an {@code expiresAt} that silently does nothing sends yesterday's message.
 */
public final class CommandForm {

    private static final Pattern NUMBER_ID = Pattern.compile("[0-9]{1,32}");
    private static final Pattern PHONE = Pattern.compile("\\+?[0-9 .()\\-]{5,40}");
    private static final Pattern BSUID = Pattern.compile("[A-Z]{2}\\.[A-Za-z0-9.]{1,140}");
    private static final Set<String> OPTIONS =
            Set.of(
                    "source",
                    "sourceName",
                    "agent",
                    "fallbackTemplate",
                    "hold",
                    "sendAt",
                    "expiresAt",
                    "onUnknown",
                    "correlation",
                    "hops",
                    MessageForm.UNCHECKED);

    private static final int MAX_HOPS = 1000;

    private static final String UNSTORABLE =
            "a character that is no text: U+0000, or half a surrogate pair";

    private CommandForm() {}

    /** @throws CommandRefusedException the command has at least one fault */
    public static SendCommand check(ObjectNode document) {
        var faults = new Violations();
        JsonCursor root = JsonCursor.root(document, faults);
        characters(root);
        envelope(root);
        if (SendCommand.isReceipt(document)) {
            receipt(root);
        } else {
            recipient(root);
            MessageForm.check(root);
        }
        if (root.has(SendCommand.HUB)) {
            root.at(SendCommand.HUB).object(CommandForm::options);
        }
        if (!faults.found().isEmpty()) {
            throw CommandRefusedException.malformed(faults.found());
        }
        return SendCommand.of(document);
    }

    private static void envelope(JsonCursor root) {
        JsonCursor from = root.at(SendCommand.FROM);
        if (!from.given()) {
            from.fault("is required: the phone number id that sends");
        } else if (!matches(from.node(), NUMBER_ID)) {
            from.fault("must be a phone number id: a string of digits");
        }
        root.at("messaging_product").oneOf(List.of("whatsapp"));
        if (root.has("biz_opaque_callback_data")) {
            root.at("biz_opaque_callback_data")
                    .fault(
                            "is reserved: the hub sends its command id in it; put your own text in"
                                    + " /hub/correlation");
        }
    }

    private static void receipt(JsonCursor root) {
        root.at("status").oneOf(List.of("read"));
        root.at("message_id").text(256);
        if (root.has("typing_indicator")) {
            root.at("typing_indicator")
                    .object(typing -> typing.at("type").text(32).oneOf(List.of("text")));
        }
    }

    private static void recipient(JsonCursor root) {
        JsonCursor kind = root.at("recipient_type").oneOf(List.of("individual", "group"));
        JsonCursor to = root.at("to");
        JsonCursor recipient = root.at("recipient");
        if ("group".equals(kind.node().textValue())) {
            to.text(256);
            return;
        }
        if (!to.given() && !recipient.given()) {
            to.fault("is required: a phone number, or a business-scoped user id in /recipient");
        }
        if (to.given()
                && !(matches(to.node(), PHONE)
                        && digits(to.node()) >= 5
                        && digits(to.node()) <= 20)) {
            to.fault("must be a phone number as a string, with its country code");
        }
        if (recipient.given() && !matches(recipient.node(), BSUID)) {
            recipient.fault("must be a business-scoped user id such as US.1349…");
        }
    }

    private static void options(JsonCursor hub) {
        hub.node()
                .fieldNames()
                .forEachRemaining(
                        name -> {
                            if (!OPTIONS.contains(name)) {
                                hub.at(name).fault("is not an option of the hub");
                            }
                        });
        hub.at("source").oneOf(names(CommandOptions.Source.values()));
        hub.at("onUnknown").oneOf(names(CommandOptions.OnUnknown.values()));
        hub.at("sourceName").optionalText(128);
        hub.at("agent").optionalText(128);
        hub.at("correlation").optionalText(512);
        hub.at("hold").optionalBoolean();
        hub.at(MessageForm.UNCHECKED).optionalBoolean();
        hub.at("hops").optionalCount(MAX_HOPS);
        if (hub.has("fallbackTemplate")) {
            MessageForm.template(hub.at("fallbackTemplate"));
        }
        Instant sendAt = time(hub.at("sendAt"));
        Instant expiresAt = time(hub.at("expiresAt"));
        if (sendAt != null && expiresAt != null && !expiresAt.isAfter(sendAt)) {
            hub.at("expiresAt").fault("must be later than sendAt");
        }
    }

    private static Instant time(JsonCursor place) {
        if (!place.given()) {
            return null;
        }
        Instant time =
                place.node().isTextual()
                        ? StorableTime.in(place.node().textValue()).orElse(null)
                        : null;
        if (time == null) {
            place.fault("must be a time with offset such as 2026-11-22T18:00:00Z");
        }
        return time;
    }

    /** The one check of characters for every command: a JSON escape can spell what no text can hold. */
    private static void characters(JsonCursor place) {
        JsonNode node = place.node();
        if (place.isDone()) {
            return;
        }
        if (node.isTextual() && !StorableText.isOne(node.textValue())) {
            place.fault("holds " + UNSTORABLE);
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> member : node.properties()) {
                if (!StorableText.isOne(member.getKey())) {
                    place.fault("has a member whose name holds " + UNSTORABLE);
                } else if (mayHold(member.getValue())) {
                    characters(place.at(member.getKey()));
                }
            }
        } else if (node.isArray()) {
            place.array(0, Integer.MAX_VALUE, CommandForm::characters);
        }
    }

    private static boolean mayHold(JsonNode node) {
        return node.isTextual() || node.isContainerNode();
    }

    private static boolean matches(JsonNode node, Pattern pattern) {
        return node.isTextual() && pattern.matcher(node.textValue()).matches();
    }

    private static long digits(JsonNode phone) {
        return phone.textValue().chars().filter(c -> c >= '0' && c <= '9').count();
    }

    private static List<String> names(CommandOptions.Source[] sources) {
        return Arrays.stream(sources).map(CommandOptions.Source::wireName).toList();
    }

    private static List<String> names(CommandOptions.OnUnknown[] choices) {
        return Arrays.stream(choices).map(CommandOptions.OnUnknown::wireName).toList();
    }
}
