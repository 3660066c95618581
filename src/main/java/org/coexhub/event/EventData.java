package org.coexhub.event;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.event.MessageContent.MetaError;
import org.coexhub.event.MessageContent.Pricing;
import org.coexhub.event.MessageContent.PricingConversation;

import java.util.List;
import java.util.Optional;

/** The typed fields of an event: one record per kind, its components named as they appear in the published JSON. */
public sealed interface EventData {

    /** A message in a conversation, or a change to one that has its own wamid. */
    sealed interface Message extends EventData {
        Wamid wamid();

        /** Sender as Meta wrote it, digits only; null where the sender is known by a business-scoped id alone. */
        String from();

        /** Receiver, digits only; null where Meta left it out. */
        String to();

        /** The group, or null in a one-to-one conversation. */
        String groupId();

        MessageContent content();

        /** The message that this one answers, or changes; empty where Meta names none. */
        default Optional<Wamid> about() {
            return Optional.ofNullable(
                    switch (this) {
                        case MessageEdited edited -> target(content().edit());
                        case MessageRevoked revoked -> target(content().revoke());
                        case MessageReacted reacted ->
                                content().reaction() == null ? null : content().reaction().wamid();
                        case MessageReceived m -> answered(content().context());
                        case MessageEchoed m -> answered(content().context());
                        case MessageImported m -> answered(content().context());
                        case MessageCompleted m -> answered(content().context());
                    });
        }

        private static Wamid target(MessageContent.Target target) {
            return target == null ? null : target.wamid();
        }

        private static Wamid answered(MessageContent.Context context) {
            return context == null ? null : context.wamid();
        }
    }

    /** What became of a command, told by the hub itself. */
    sealed interface Outcome extends EventData {
        CommandMessage message();
    }

    record MessageReceived(
            Wamid wamid,
            String from,
            String to,
            String groupId,
            @JsonUnwrapped MessageContent content)
            implements Message {}

    record MessageEchoed(
            Wamid wamid,
            String from,
            String to,
            String groupId,
            @JsonUnwrapped MessageContent content)
            implements Message {}

    /** {@code content.edit} names the earlier message; the other fields are its new content. */
    record MessageEdited(
            Wamid wamid,
            String from,
            String to,
            String groupId,
            @JsonUnwrapped MessageContent content)
            implements Message {}

    /** {@code content.revoke} names the deleted message. */
    record MessageRevoked(
            Wamid wamid,
            String from,
            String to,
            String groupId,
            @JsonUnwrapped MessageContent content)
            implements Message {}

    /** {@code content.reaction} names the message and the emoji. */
    record MessageReacted(
            Wamid wamid,
            String from,
            String to,
            String groupId,
            @JsonUnwrapped MessageContent content)
            implements Message {}

    /**
     * A message from before the number was connected.
     *
     * @param direction {@code inbound} or {@code outbound}, seen from the business
     * @param historyStatus Meta's status of the message at export, lower case
     * @param chunk where in the import it came; null for the media that follows separately
     */
    record MessageImported(
            Wamid wamid,
            String from,
            String to,
            String groupId,
            @JsonUnwrapped MessageContent content,
            String direction,
            String historyStatus,
            HistoryChunk chunk)
            implements Message {}

    /**
     * What a later copy of a known message brought that the first had not: its file, or its content where Meta could only
     * name it.
     *
     * @param completes the id of the message's event
     * @param direction {@code inbound} or {@code outbound}, seen from the business
     */
    record MessageCompleted(
            Wamid wamid,
            String from,
            String to,
            String groupId,
            @JsonUnwrapped MessageContent content,
            String direction,
            EventId completes)
            implements Message {}

    /** Position in a history import; {@code progress} is a percentage, 100 when Meta has sent everything. */
    record HistoryChunk(Integer phase, Integer order, Integer progress) {}

    /**
     * @param status Meta's word, lower case: sent, delivered, read, played, failed or one not yet known
     * @param opaque what the sender of the message gave as {@code biz_opaque_callback_data}
     */
    record MessageStatus(
            Wamid wamid,
            String status,
            String recipient,
            String recipientType,
            String participant,
            Pricing pricing,
            PricingConversation pricingConversation,
            List<MetaError> errors,
            String opaque)
            implements EventData {}

    /** An entry of the business's address book; {@code action} is add (also after an edit) or remove. */
    record ContactSynced(String action, String fullName, String firstName) implements EventData {}

    /** {@code value} is stop or resume. */
    record PreferenceChanged(String category, String value, String detail) implements EventData {}

    /** {@code previous} and {@code current} hold what Meta said of each; either may be null. */
    record IdentityChanged(
            Wamid wamid,
            String change,
            String text,
            CustomerIdentity previous,
            CustomerIdentity current)
            implements EventData {}

    /** {@code chunk} is given when a history import reports progress or trouble without messages. */
    record AccountUpdated(
            String event,
            String reason,
            String initiatedBy,
            String phoneNumber,
            List<MetaError> errors,
            HistoryChunk chunk)
            implements EventData {}

    record NumberUpdated(
            String event,
            String phoneNumber,
            String decision,
            String verifiedName,
            String limit,
            String oldLimit)
            implements EventData {}

    record TemplateUpdated(
            String templateId,
            String name,
            String language,
            String event,
            String reason,
            String category,
            String previousCategory,
            String quality,
            String previousQuality)
            implements EventData {}

    /** Meta's own routing gave the conversation to another owner; roles are Meta's words. */
    record OwnerChanged(String change, String previousOwner, String newOwner, String metadata)
            implements EventData {}

    /** {@code request} is the body that went to Meta; null where the event does not say. */
    record MessageSent(Wamid wamid, @JsonUnwrapped CommandMessage message, JsonNode request)
            implements Outcome {

        /** A part of the request; a missing node where there is none. */
        public JsonNode requested(String part) {
            return request == null ? MissingNode.getInstance() : request.path(part);
        }
    }

    /**
     * A command that came to nothing, or of which nobody knows.
     *
     * @param error Meta's refusal; null where the hub refused, which {@code detail} explains
     * @param wamid null where there is no message
     */
    record CommandUndone(
            @JsonUnwrapped CommandMessage message,
            String state,
            String reason,
            MetaError error,
            String detail,
            Wamid wamid)
            implements Outcome {}

    /**
     * The message that a command asked for.
     *
     * @param to phone number of the recipient, digits only; null in a group and where there is none
     * @param recipient business-scoped user id of the recipient
     * @param text the words a reader sees first; null where it has none
     * @param fallback true where the fallback template went out in its place, else null
     * @param possiblyDuplicate true where it was sent again after an unknown outcome, else null
     */
    record CommandMessage(
            Command command,
            String groupId,
            String to,
            String recipient,
            CustomerIdentity customer,
            String messageType,
            Boolean fallback,
            Template template,
            Boolean possiblyDuplicate,
            String text) {

        public CommandMessage {
            command = command == null ? Command.NONE : command;
        }

        /** Of a command of which only its kind of message is known, or null. */
        public static CommandMessage of(Command command, String messageType) {
            String type = messageType == null ? "unknown" : messageType;
            return new CommandMessage(
                    command, null, null, null, null, type, null, null, null, null);
        }
    }

    /** {@code source} is the kind of source, {@code sourceName} its own name or null. */
    record Command(
            String id,
            String source,
            String sourceName,
            String agent,
            String correlation,
            Integer hops) {

        static final Command NONE = new Command(null, null, null, null, null, null);

        /** The name of the source, or else its kind; null where the event says neither. */
        public String sender() {
            return sourceName != null ? sourceName : source;
        }
    }

    record Template(String name, String language) {}

    /** An event the hub itself made; its fields are published as they are. Read: an event that has no record here. */
    record Internal(@JsonValue ObjectNode fields) implements EventData {}

    /** {@code json} is false when the raw bytes cannot stand inside a JSON document. */
    record Unrecognized(String reason, @JsonIgnore boolean json) implements EventData {}
}
