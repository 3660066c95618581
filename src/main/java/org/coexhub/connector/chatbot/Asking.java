package org.coexhub.connector.chatbot;

import com.fasterxml.jackson.databind.JsonNode;

import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.connector.chatbot.BotCommands.Reply;
import org.coexhub.connector.chatbot.TurnStore.Entry;
import org.coexhub.connector.chatbot.dialect.BotAnswer;
import org.coexhub.connector.chatbot.dialect.Dialect;
import org.coexhub.connector.chatbot.http.BotFailedException;
import org.coexhub.connector.chatbot.render.WhatsAppForms;
import org.coexhub.event.ConversationId;
import org.coexhub.event.EventId;
import org.coexhub.event.MaskedId;
import org.coexhub.state.conversation.Handover;
import org.coexhub.state.conversation.HandoverCause;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * Asks the bot, and decides what follows from its answer or from its silence.
 *
 * <p>A bot that fails is not asked again by holding its event: the event is put back for a while, so that no other
 * conversation waits behind it, and after some tries or some time people are called. The circuit of the destination is
 * left for the hub's own failures.
 */
@Component
class Asking {

    private static final Logger LOG = LoggerFactory.getLogger(Asking.class);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

    /** So that the one who looks again after the bot is there before those who would wait once more. */
    private static final Duration SCATTER = Duration.ofMillis(200);

    /** In one answer; a bot that says more is out of hand, and each costs. */
    private static final int MOST_MESSAGES = 30;

    private final Dialect dialect;
    private final TurnStore store;
    private final OpenQuestionStore questions;
    private final BotHealth health;
    private final Handover handover;
    private final CallForPeople people;
    private final ChatbotSettings settings;
    private final HumanMarker marker;
    private final InstantSource clock;
    private final MeterRegistry meters;

    Asking(
            Dialect dialect,
            TurnStore store,
            OpenQuestionStore questions,
            BotHealth health,
            Handover handover,
            CallForPeople people,
            ChatbotSettings settings,
            InstantSource clock,
            MeterRegistry meters) {
        this.dialect = dialect;
        this.store = store;
        this.questions = questions;
        this.health = health;
        this.handover = handover;
        this.people = people;
        this.settings = settings;
        this.marker = new HumanMarker(settings.humanMarker());
        this.clock = clock;
        this.meters = meters;
    }

    /** The bot said no for good, so the event goes to the dead letters; people have been called. */
    static final class BotRefusedException extends RuntimeException {
        BotRefusedException(BotFailedException failure) {
            super(failure.getMessage());
        }
    }

    Step ask(Step.Ask ask) {
        ConversationId id = ask.turn().conversation();
        EventId event = ask.turn().id();
        Duration rest = health.waitBeforeAsking();
        if (rest.isPositive()) {
            return again(ask, rest.plus(SCATTER), false);
        }
        try {
            if (dialect.answersLater()) {
                // Before it is asked, because it may answer before the hub knows that it was.
                questions.waitFor(id, event);
            }
            BotAnswer answer = foreseen(() -> dialect.ask(ask.turn()));
            List<Reply> replies =
                    replies(id, event, answer, ask.conversation(), "bot:" + event.value());
            health.answered();
            count("answered");
            return new Step.Says(replies);
        } catch (BotFailedException failure) {
            return failed(ask, failure);
        }
    }

    /** What nobody foresaw in an answer is the bot's failure; that of the store is not. */
    private static <T> T foreseen(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (BotFailedException | DataAccessException | TransactionException known) {
            throw known;
        } catch (RuntimeException unforeseen) {
            throw BotFailedException.unreadable(unforeseen.getClass().getSimpleName());
        }
    }

    /** What a bot says, in Meta's form and checked. */
    private record Said(WhatsAppForms forms, List<Reply> replies) {}

    /**
     * What the bot says, as commands; and people are called if it wants them.
     *
     * @param key of the commands, without the number of the message
     * @throws BotFailedException the answer cannot be sent, and nothing has come of it
     */
    List<Reply> replies(
            ConversationId id, EventId event, BotAnswer answer, JsonNode conversation, String key) {
        Said said = foreseen(() -> said(event, answer, conversation, key));
        questions.offer(id, said.forms.offered());
        if (!answer.handover() && !marker.isIn(answer.replies())) {
            return said.replies;
        }
        handover.handOver(id, event, HandoverCause.BOT);
        return said.replies.isEmpty()
                ? BotCommands.notice(settings.humanNotice(), conversation, event.value())
                : said.replies;
    }

    private Said said(EventId event, BotAnswer answer, JsonNode conversation, String key) {
        WhatsAppForms forms =
                WhatsAppForms.of(marker.without(answer.replies()), settings.listButton());
        if (forms.messages().size() > MOST_MESSAGES) {
            throw BotFailedException.unreadable("more than " + MOST_MESSAGES + " messages");
        }
        return new Said(forms, BotCommands.of(forms.messages(), conversation, event.value(), key));
    }

    private Step failed(Step.Ask ask, BotFailedException failure) {
        questions.heard(ask.turn().conversation());
        return switch (failure.kind()) {
            case PASSING -> {
                health.failed();
                count("failed");
                LOG.warn(
                        "Chatbot: event {} is not answered: {}",
                        MaskedId.of(ask.turn().id()),
                        failure.getMessage());
                yield again(ask, failure.retryAfter(), true);
            }
            case SPENT -> people.instead(ask.turn(), HandoverCause.BOT_BUDGET);
            case LASTING -> {
                people.now(
                        ask.turn().conversation(),
                        ask.turn().id(),
                        ask.conversation(),
                        HandoverCause.BOT_FAILED,
                        // The line on the dead letter says it.
                        "");
                throw new BotRefusedException(failure);
            }
        };
    }

    /** @param wanted at least so long; longer than the customer's patience: there is no hope */
    private Step again(Step.Ask ask, Duration wanted, boolean tried) {
        int tries = ask.entries().stream().mapToInt(Entry::tries).max().orElse(0) + (tried ? 1 : 0);
        Instant end = ask.entries().getFirst().noted().plus(settings.patience());
        Duration left = Duration.between(clock.instant(), end);
        boolean hopeless = tried && wanted.compareTo(left) > 0;
        if (tries >= settings.tries() || hopeless || !left.isPositive()) {
            return people.instead(ask.turn(), HandoverCause.BOT_FAILED);
        }
        store.failed(ask.turn().conversation(), ask.turn().id(), tried);
        Duration wait =
                tried ? longer(FIRST_WAIT.multipliedBy(1L << Math.min(tries, 10)), wanted) : wanted;
        return new Step.Later(wait.compareTo(left) > 0 ? left : wait);
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    private void count(String outcome) {
        meters.counter("hub_chatbot_turns", "outcome", outcome).increment();
    }
}
