package org.coexhub.connector.chatbot;

import org.coexhub.event.MaskedId;
import org.coexhub.platform.broker.BrokerUnavailableException;
import org.coexhub.platform.broker.FailureSummary;
import org.coexhub.state.conversation.ConversationStore;
import org.coexhub.state.conversation.Handover;
import org.coexhub.state.conversation.HandoverCause;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletionException;

/** Looks after bots that were to answer by themselves and did not, and throws away what is old. */
@Component("chatbotWatch")
class ChatbotWatch {

    private static final Logger LOG = LoggerFactory.getLogger(ChatbotWatch.class);
    private static final Duration LIFE = Duration.ofDays(30);
    private static final Duration BETWEEN_TIDYINGS = Duration.ofHours(1);

    private final OpenQuestionStore questions;
    private final TurnStore store;
    private final ConversationStore conversations;
    private final Handover handover;
    private final CallForPeople people;
    private final ChatbotSettings settings;
    private final InstantSource clock;
    private Instant tidied = Instant.EPOCH;

    ChatbotWatch(
            OpenQuestionStore questions,
            TurnStore store,
            ConversationStore conversations,
            Handover handover,
            CallForPeople people,
            ChatbotSettings settings,
            InstantSource clock) {
        this.questions = questions;
        this.store = store;
        this.conversations = conversations;
        this.handover = handover;
        this.people = people;
        this.settings = settings;
        this.clock = clock;
    }

    public void look() {
        try {
            for (OpenQuestionStore.Overdue overdue : questions.overdue(settings.patience())) {
                callPeople(overdue);
            }
            if (tidied.plus(BETWEEN_TIDYINGS).isBefore(clock.instant())) {
                store.tidy(LIFE);
                tidied = clock.instant();
            }
        } catch (RuntimeException e) {
            LOG.warn("Chatbot: the watch is broken off: {}", FailureSummary.of(e));
        }
    }

    /** One conversation in which it fails keeps none of the others waiting; its question stays open for the next look. */
    private void callPeople(OpenQuestionStore.Overdue overdue) {
        try {
            callPeopleUnlessThere(overdue);
        } catch (RuntimeException failed) {
            if (isEverybodys(failed)) {
                throw failed;
            }
            LOG.warn(
                    "Chatbot: event {}: people are not called yet: {}",
                    MaskedId.of(overdue.event()),
                    FailureSummary.of(failed));
        }
    }

    /** Store or broker cannot be reached: each of the others would wait as long as this one has. */
    private static boolean isEverybodys(RuntimeException failed) {
        Throwable why = failed instanceof CompletionException ? failed.getCause() : failed;
        return why instanceof DataAccessResourceFailureException
                || why instanceof CannotCreateTransactionException
                || why instanceof BrokerUnavailableException;
    }

    /** Nobody is called where somebody is already. */
    private void callPeopleUnlessThere(OpenQuestionStore.Overdue overdue) {
        boolean botsTurn = handover.botMayAnswer(overdue.conversation(), overdue.event());
        if (botsTurn) {
            conversations
                    .find(overdue.conversation())
                    .ifPresent(
                            c ->
                                    people.now(
                                            c.id(),
                                            overdue.event(),
                                            c.describe(clock.instant()),
                                            HandoverCause.BOT_FAILED,
                                            "no answer within " + settings.patience()));
        }
        questions.givenUp(overdue);
    }
}
