package org.coexhub.connector.chatbot;

import com.fasterxml.jackson.databind.JsonNode;

import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.connector.chatbot.BotCommands.Reply;
import org.coexhub.connector.chatbot.dialect.BotTurn;
import org.coexhub.event.ConversationId;
import org.coexhub.event.EventId;
import org.coexhub.event.MaskedId;
import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.intake.CommandGate;
import org.coexhub.platform.broker.FailureSummary;
import org.coexhub.platform.broker.PassingFailure;
import org.coexhub.state.conversation.Handover;
import org.coexhub.state.conversation.HandoverCause;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Gives a conversation to people in the bot's place, and tells the customer so, once. */
@Component
class CallForPeople {

    private static final Logger LOG = LoggerFactory.getLogger(CallForPeople.class);

    private final Handover handover;
    private final TurnStore store;
    private final OpenQuestionStore questions;
    private final CommandGate gate;
    private final ChatbotSettings settings;
    private final MeterRegistry meters;
    private final ExecutorService aside = Executors.newVirtualThreadPerTaskExecutor();

    CallForPeople(
            Handover handover,
            TurnStore store,
            OpenQuestionStore questions,
            CommandGate gate,
            ChatbotSettings settings,
            MeterRegistry meters) {
        this.handover = handover;
        this.store = store;
        this.questions = questions;
        this.gate = gate;
        this.settings = settings;
        this.meters = meters;
    }

    /** The notice goes the way of replies, in the transaction that takes the event from the queue. */
    Step instead(BotTurn turn, HandoverCause cause) {
        handOver(turn.conversation(), turn.id(), cause, "");
        return new Step.Says(notice(cause, turn.id(), turn.event().conversation()));
    }

    /**
     * The notice is a command when this returns, whatever becomes of a transaction around; for callers that have none,
     * or whose event goes to the dead letters. On a thread of its own, because a send to a queue would join the
     * transaction of this one.
     *
     * <p>The customer is told first: what the bot's side decides silences no notice, and a handover closes the question
     * by which the caller comes here again. So whoever is cut off in between does both again, and the notice's key makes
     * one of two.
     *
     * @param fault for the log: what is wrong with the bot, never what anybody wrote
     * @throws RuntimeException store or broker failed, and people are not called yet
     */
    void now(
            ConversationId id,
            EventId event,
            JsonNode conversation,
            HandoverCause cause,
            String fault) {
        for (Reply notice : notice(cause, event, conversation)) {
            tell(notice, event);
        }
        handOver(id, event, cause, fault);
    }

    /** People come all the same where the notice will never do. */
    private void tell(Reply notice, EventId event) {
        try {
            CompletableFuture.runAsync(
                            () -> gate.submit(notice.getCommand(), notice.getKey(), Caller.BOT),
                            aside)
                    .join();
        } catch (CompletionException failed) {
            if (PassingFailure.isCauseOf(failed)) {
                throw failed;
            }
            boolean told =
                    failed.getCause() instanceof CommandRefusedException refused
                            && refused.kind() == CommandRefusedException.Kind.CONFLICT;
            if (!told) {
                LOG.warn(
                        "Chatbot: event {}: the customer is not told that people come: {}",
                        MaskedId.of(event),
                        failed.getCause() instanceof CommandRefusedException refused
                                ? refused.getMessage()
                                : FailureSummary.of(failed.getCause()));
            }
        }
    }

    List<Reply> notice(HandoverCause cause, EventId event, JsonNode conversation) {
        String words =
                switch (cause) {
                    case CUSTOMER -> settings.humanNotice();
                    case BOT_FAILED, BOT_BUDGET -> settings.notice();
                    // The bot has said what it wants to say, or Asking says it instead; and another
                    // bot would only answer.
                    case BOT, BOT_LOOP -> "";
                };
        return BotCommands.notice(words, conversation, event.value());
    }

    private void handOver(ConversationId id, EventId event, HandoverCause cause, String fault) {
        handover.handOver(id, event, cause);
        store.passOver(id);
        questions.heard(id);
        meters.counter("hub_chatbot_turns", "outcome", cause.wireName()).increment();
        if (cause != HandoverCause.CUSTOMER) {
            LOG.warn(
                    "Chatbot: people are called for event {}: {}{}",
                    MaskedId.of(event),
                    cause.wireName(),
                    fault.isEmpty() ? "" : ", " + fault);
        }
    }
}
