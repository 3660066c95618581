package org.coexhub.outbound.send.rule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.event.ConversationId;
import org.coexhub.outbound.command.CommandOptions;
import org.coexhub.outbound.command.CommandOptions.Source;
import org.coexhub.outbound.command.Recipient;
import org.coexhub.outbound.command.SendCommand;
import org.coexhub.outbound.command.SendRule;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.state.conversation.IdentityGraph;
import org.coexhub.state.conversation.MessageStore;
import org.springframework.core.annotation.Order;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Refuses a message when the customer has just got the same from somebody else: the last resort against systems that
 * mirror messages and count no hops.
 *
 * <p><b>What counts.</b> Commands of CRMs and systems only; people, bots and campaigns mirror nothing. The same words, or
 * where there are none the same content, to the same customer, within a short time before the command was accepted.
 * Written by a person in the App, or for another source: a copy. For the same source: its own business, for some do say
 * the same twice, unless the command says itself that it follows from another. Sources without a name cannot be told
 * apart: a nameless CRM may say the same twice and no third time; a nameless system, which may as well be an alarm that
 * rings again, ten times.
 *
 * <p><b>Why no mirror is overlooked.</b> A mirror acts on an event. The router stores the message of an event before it
 * hands the event to any destination; so when the mirror's command gets its turn, the original can be found.
 */
@Order(CircleRule.ORDER)
public final class CircleRule implements SendRule {

    /** Before the window, which may put another content in place of the one that was mirrored. */
    static final int ORDER = 20;

    private static final Set<Source> MIRRORS = Set.of(Source.CRM, Source.SYSTEM);

    /** What a person wrote in the App bears the time of Meta's clock. */
    private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(2);

    private static final int UNNAMED_CRM_MAY_REPEAT = 1;
    private static final int UNNAMED_SYSTEM_MAY_REPEAT = 9;

    private final MessageStore messages;
    private final IdentityGraph identities;
    private final Duration within;
    private final ObjectMapper json = new ObjectMapper();

    public CircleRule(
            MessageStore messages, IdentityGraph identities, ProvenanceSettings settings) {
        this.messages = messages;
        this.identities = identities;
        this.within = settings.circleWithin();
    }

    @Override
    public Verdict judge(StoredCommand stored, Instant now) {
        CommandOptions options = stored.command().options();
        if (within.isZero()
                || stored.command().isReceipt()
                || !MIRRORS.contains(options.source())) {
            return Verdict.GO;
        }
        List<JsonNode> same =
                conversationsOf(stored.command()).stream()
                        .flatMap(id -> sameIn(id, stored).stream())
                        .toList();
        boolean copy =
                same.stream().anyMatch(earlier -> isFromElsewhere(earlier, options))
                        || options.hops() > 0 && !same.isEmpty()
                        || options.sourceName() == null && same.size() > mayRepeat(options);
        return copy
                ? new Verdict.Reject(
                        "circle",
                        ("the customer got the same within %d s before: a system sends on what it"
                                        + " hears of; let it pass on hub.hops, or leave out what it"
                                        + " knows")
                                .formatted(within.toSeconds()))
                : Verdict.GO;
    }

    private static int mayRepeat(CommandOptions options) {
        return options.source() == Source.CRM ? UNNAMED_CRM_MAY_REPEAT : UNNAMED_SYSTEM_MAY_REPEAT;
    }

    private List<ConversationId> conversationsOf(SendCommand command) {
        Recipient to = command.recipient();
        return to.group()
                ? List.of(ConversationId.ofGroup(command.from(), to.to()))
                : identities.concerned(command.from(), to.digits(), to.bsuid());
    }

    /** The {@code data} of the events that say the same; the command's own is none of them. */
    private List<JsonNode> sameIn(ConversationId conversation, StoredCommand stored) {
        Instant accepted = stored.acceptedAt();
        return messages
                .sentTo(conversation, accepted.minus(within), accepted.plus(CLOCKS_DIFFER))
                .stream()
                .map(this::data)
                .filter(data -> !data.at("/command/id").asText().equals(stored.id().value()))
                .filter(data -> saysTheSame(data, stored.command()))
                .toList();
    }

    private static boolean saysTheSame(JsonNode data, SendCommand command) {
        String words = command.text();
        if (words != null) {
            return words.strip().equals(data.path("text").asText().strip());
        }
        return !command.content().isMissingNode()
                && command.content().equals(data.path("request").path(command.messageType()));
    }

    /** Whatever a person wrote, for they are no command source. */
    private static boolean isFromElsewhere(JsonNode data, CommandOptions options) {
        JsonNode command = data.path("command");
        return !(options.source().wireName().equals(command.path("source").textValue())
                && Objects.equals(options.sourceName(), command.path("sourceName").textValue()));
    }

    private JsonNode data(byte[] event) {
        try {
            return json.readTree(event).path("data");
        } catch (IOException e) {
            throw new UncheckedIOException("the event log holds an event that is no JSON", e);
        }
    }
}
