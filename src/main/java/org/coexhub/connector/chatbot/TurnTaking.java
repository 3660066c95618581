package org.coexhub.connector.chatbot;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.connector.chatbot.TurnStore.Entry;
import org.coexhub.connector.chatbot.dialect.BotTurn;
import org.coexhub.event.CloudEvent;
import org.coexhub.event.ConversationId;
import org.coexhub.event.EventId;
import org.coexhub.event.MessageContent;
import org.coexhub.event.MessageContent.Interactive;
import org.coexhub.state.conversation.Handover;
import org.coexhub.state.conversation.HandoverCause;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whose turn it is when a customer has written: the bot's, nobody's yet because the customer is still writing,
 * or that of people.
 */
@Component
class TurnTaking {

    /** Of a customer who does not stop: the bot is asked after so many times the time to gather, at the latest. */
    private static final int LONGEST_GATHERING = 5;

    /** Kinds of answers by tapping whose id came from the sender. */
    private static final Set<String> TAPS = Set.of("button_reply", "list_reply", "button");

    private final TurnStore store;
    private final OpenQuestionStore questions;
    private final Handover handover;
    private final CallForPeople people;
    private final ChatbotSettings settings;
    private final InstantSource clock;

    TurnTaking(
            TurnStore store,
            OpenQuestionStore questions,
            Handover handover,
            CallForPeople people,
            ChatbotSettings settings,
            InstantSource clock) {
        this.store = store;
        this.questions = questions;
        this.handover = handover;
        this.people = people;
        this.settings = settings;
        this.clock = clock;
    }

    /** @param message of a customer */
    Step begin(ConversationId conversation, EventId event, CloudEvent message) {
        Optional<HandoverCause> cause = handover.causeOf(conversation, event);
        if (cause.isPresent() && cause.get() != HandoverCause.BOT) {
            // It was handed over, and then something went wrong before the customer was told.
            return new Step.Says(people.notice(cause.get(), event, message.conversation()));
        }
        if (!handover.botMayAnswer(conversation, event)) {
            store.passOver(conversation);
            return new Step.Done();
        }
        Entry entry = store.note(conversation, event, payload(conversation, message.content()));
        if (entry.asks()) {
            return asked(conversation, entry, message);
        }
        if (!entry.waits()) {
            return new Step.Done();
        }
        Instant now = clock.instant();
        Instant silent = entry.noted().plus(settings.gather());
        if (now.isBefore(silent)) {
            return new Step.Later(Duration.between(now, silent));
        }
        return isLeftToNewer(conversation, entry, now)
                ? new Step.Done()
                : asked(conversation, entry, message);
    }

    /** The customer wrote again, and that message asks about this one, too. */
    private boolean isLeftToNewer(ConversationId conversation, Entry entry, Instant now) {
        List<Entry> waiting = store.waiting(conversation);
        Instant latest =
                waiting.getFirst().noted().plus(settings.gather().multipliedBy(LONGEST_GATHERING));
        return waiting.getLast().seq() > entry.seq() && now.isBefore(latest);
    }

    private Step asked(ConversationId conversation, Entry entry, CloudEvent message) {
        List<Entry> entries = store.turn(conversation, entry);
        var said = new ArrayList<BotTurn.Said>();
        for (Entry each : entries) {
            if (each.event().equals(entry.event())) {
                said.add(new BotTurn.Said(message, each.payload()));
            } else if (each.body() != null) {
                said.add(new BotTurn.Said(read(each.body()), each.payload()));
            }
        }
        var turn = new BotTurn(entry.event(), conversation, said, message);
        if (said.stream().anyMatch(this::asksForPeople)) {
            return people.instead(turn, HandoverCause.CUSTOMER);
        }
        if (isLoop(conversation, message)) {
            return people.instead(turn, HandoverCause.BOT_LOOP);
        }
        return new Step.Ask(turn, entries);
    }

    private boolean asksForPeople(BotTurn.Said said) {
        String words = said.words().strip();
        return settings.humanWords().stream().anyMatch(words::equalsIgnoreCase)
                || (said.payload() != null && said.payload().equals(settings.humanPayload()));
    }

    private boolean isLoop(ConversationId conversation, CloudEvent message) {
        if (settings.turns() == 0) {
            return false;
        }
        return store.turnsWithin(conversation, settings.turnsWithin()) > settings.turns()
                || OtherBot.isSuspectedIn(message.recent());
    }

    /** What the bot itself put behind the tapped button or the typed number; null when the customer wrote freely. */
    private String payload(ConversationId conversation, MessageContent content) {
        Interactive tap = content.interactive();
        boolean tapped = tap != null && tap.id() != null && TAPS.contains(tap.kind());
        String given = tapped ? tap.id() : content.text();
        String answer = given == null ? "" : given.strip();
        JsonNode offered = questions.offered(conversation).path(answer);
        if (offered.isTextual()) {
            return offered.textValue();
        }
        return tapped ? answer : null;
    }

    private static CloudEvent read(byte[] event) {
        try {
            return CloudEvent.read(event);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
