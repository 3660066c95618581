package org.coexhub.outbound.send;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.event.ConversationId;
import org.coexhub.event.CustomerIdentity;
import org.coexhub.event.EventData;
import org.coexhub.event.EventType;
import org.coexhub.event.MessageContent.MetaError;
import org.coexhub.event.Slice;
import org.coexhub.event.json.Json;
import org.coexhub.inbound.journal.Journal;
import org.coexhub.outbound.command.CommandOptions;
import org.coexhub.outbound.command.CommandState;
import org.coexhub.outbound.command.Recipient;
import org.coexhub.outbound.command.SendCommand;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.outbound.command.store.CommandStore;
import org.coexhub.outbound.graph.GraphClient;
import org.coexhub.platform.broker.FailureSummary;
import org.coexhub.platform.broker.PassingFailure;
import org.coexhub.platform.broker.StepPatience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Publishes the outcomes of commands, as events in the journal.
 *
 * <p>The store marks a command as not announced in the very transaction that records its outcome; the mark goes once the
 * event is durable. A crash in between publishes twice, and the id makes the second a duplicate. What an event says
 * depends on the stored command alone, never on who publishes it.
 */
public final class OutcomeEvents {

    private static final Logger LOG = LoggerFactory.getLogger(OutcomeEvents.class);

    private final Journal journal;
    private final Consumer<CommandStore.Told> told;
    private final GraphClient graph;
    private final ConversationPartition partitions;
    private final MeterRegistry meters;

    /** Without a limit to depth: a command of an earlier version may be as deep as JSON can be read. */
    private final ObjectMapper json = Json.MAPPER;

    /** @param told takes the mark off a command whose events are durable, now or soon */
    OutcomeEvents(
            Journal journal,
            Consumer<CommandStore.Told> told,
            GraphClient graph,
            ConversationPartition partitions,
            MeterRegistry meters) {
        this.journal = journal;
        this.told = told;
        this.graph = graph;
        this.partitions = partitions;
        this.meters = meters;
    }

    /** Returns once the events of all these commands are durable; for those that have none nothing happens. */
    public void publish(List<StoredCommand> commands) {
        var slices = new ArrayList<Slice>();
        commands.forEach(command -> sliceIfAny(command).ifPresent(slices::add));
        if (!slices.isEmpty()) {
            journal.append(slices);
        }
        commands.stream()
                .filter(command -> !command.announced())
                .map(command -> new CommandStore.Told(command.id(), command.state()))
                .forEach(told);
    }

    /** What cannot be said once can never be said, and must not keep others from being told. */
    private Optional<Slice> sliceIfAny(StoredCommand command) {
        try {
            return slice(command);
        } catch (RuntimeException | StackOverflowError failure) {
            if (PassingFailure.isCauseOf(failure)) {
                throw failure;
            }
            LOG.error(
                    "No event tells that command {} is {}, for a failure of the hub's own: {}",
                    command.id(),
                    command.state().wireName(),
                    FailureSummary.of(failure));
            StepPatience.count(meters, "send");
            return Optional.empty();
        }
    }

    Optional<Slice> slice(StoredCommand command) {
        ObjectNode body = json.createObjectNode().put("object", "coexistence_hub");
        ArrayNode events = body.putArray("events");
        if (command.wamid() != null) {
            events.add(sent(command));
        }
        typeOf(command.state()).ifPresent(type -> events.add(undone(command, type)));
        if (events.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Slice.own(partition(command), bytes(body)));
    }

    private static Optional<EventType> typeOf(CommandState state) {
        return switch (state) {
            case REJECTED, EXPIRED, CANCELLED -> Optional.of(EventType.COMMAND_REJECTED);
            case FAILED -> Optional.of(EventType.COMMAND_FAILED);
            case UNRESOLVED -> Optional.of(EventType.COMMAND_UNRESOLVED);
            case ACCEPTED, HELD, QUEUED, SENDING, SENT, DELIVERED, READ, PLAYED -> Optional.empty();
        };
    }

    private ObjectNode sent(StoredCommand command) {
        String id = "message:" + command.wamid().value();
        ObjectNode event = envelope(command, id, EventType.MESSAGE_SENT, sentAt(command));
        ObjectNode data =
                json.valueToTree(
                        new EventData.MessageSent(command.wamid(), message(command), null));
        // By itself, for it may be deeper than what goes through a buffer.
        data.set("request", graph.body(command.id(), command.command()));
        return event.set("data", data);
    }

    private ObjectNode undone(StoredCommand command, EventType type) {
        String state = command.state().wireName();
        String id = "command:" + command.id().value() + ":" + state;
        boolean byMeta = command.errorCode() != null;
        MetaError error =
                byMeta
                        ? new MetaError(
                                command.errorCode().longValue(),
                                null,
                                null,
                                command.errorDetail(),
                                null)
                        : null;
        var data =
                new EventData.CommandUndone(
                        message(command),
                        state,
                        command.reason() == null ? state : command.reason(),
                        error,
                        byMeta ? null : command.errorDetail(),
                        command.wamid());
        return envelope(command, id, type, command.changedAt()).set("data", json.valueToTree(data));
    }

    /** When Graph was called, however late that is known to have succeeded: what came after it stands after it. */
    private static Instant sentAt(StoredCommand command) {
        return command.calledAt() == null ? command.changedAt() : command.calledAt();
    }

    private ObjectNode envelope(StoredCommand command, String id, EventType type, Instant time) {
        ObjectNode event = json.createObjectNode();
        event.put("id", id);
        event.put("type", type.wireName());
        event.put("origin", "hub");
        subject(command).ifPresent(subject -> event.put("subject", subject.value()));
        event.put("time", time.toString());
        event.put("phonenumberid", command.command().from().value());
        return event;
    }

    private static EventData.CommandMessage message(StoredCommand stored) {
        SendCommand command = stored.command();
        CommandOptions options = command.options();
        Recipient recipient = command.recipient();
        boolean single = recipient != null && !recipient.group();
        JsonNode template = command.message().path(SendCommand.TEMPLATE);
        return new EventData.CommandMessage(
                new EventData.Command(
                        stored.id().value(),
                        options.source().wireName(),
                        options.sourceName(),
                        options.agent(),
                        options.correlation(),
                        options.hops() + 1),
                recipient != null && recipient.group() ? recipient.to() : null,
                single ? waId(stored) : null,
                single ? userId(stored) : null,
                single ? customer(stored) : null,
                command.messageType(),
                stored.fallback() ? true : null,
                command.isTemplate()
                        ? new EventData.Template(
                                template.path("name").asText(),
                                template.path("language").path("code").asText())
                        : null,
                stored.resent() ? true : null,
                command.text());
    }

    private static Optional<ConversationId> subject(StoredCommand stored) {
        Recipient recipient = stored.command().recipient();
        if (recipient == null) {
            return Optional.empty();
        }
        return Optional.of(
                recipient.group()
                        ? ConversationId.ofGroup(stored.command().from(), recipient.to())
                        : ConversationId.of(stored.command().from(), customer(stored)));
    }

    private int partition(StoredCommand stored) {
        Recipient recipient = stored.command().recipient();
        if (recipient == null) {
            return 0;
        }
        return recipient.group()
                ? partitions.of(stored.command().from(), null, recipient.to())
                : partitions.of(stored.command().from(), customer(stored), null);
    }

    private static CustomerIdentity customer(StoredCommand stored) {
        return new CustomerIdentity(waId(stored), userId(stored), null, null, null);
    }

    /** Meta's own form of the number where it has told one: Brazil and Mexico have two, Meta uses one. */
    private static String waId(StoredCommand stored) {
        return stored.waId() != null ? stored.waId() : stored.command().recipient().digits();
    }

    private static String userId(StoredCommand stored) {
        return stored.userId() != null ? stored.userId() : stored.command().recipient().bsuid();
    }

    private byte[] bytes(ObjectNode body) {
        try {
            return json.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
