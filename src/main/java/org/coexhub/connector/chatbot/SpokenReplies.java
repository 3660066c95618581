package org.coexhub.connector.chatbot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.coexhub.connector.chatbot.BotCommands.Reply;
import org.coexhub.connector.chatbot.dialect.BotSettings;
import org.coexhub.connector.chatbot.dialect.BotpressDialect;
import org.coexhub.connector.chatbot.dialect.Dialect;
import org.coexhub.connector.chatbot.http.BotFailedException;
import org.coexhub.event.ConversationId;
import org.coexhub.event.EventId;
import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.intake.CommandGate;
import org.coexhub.platform.http.RefusedCallers;
import org.coexhub.state.conversation.Conversation;
import org.coexhub.state.conversation.ConversationStore;
import org.coexhub.state.conversation.Handover;
import org.coexhub.state.conversation.HandoverCause;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The door for a bot that answers by itself: what it says is a command in the store before it is told 200. A request that
 * comes again has the same keys.
 */
@Component("spokenReplies")
class SpokenReplies {

    /** Query parameter by which the bot proves who it is; it can set no header. */
    static final String KEY = "query.key";

    private static final Logger LOG = LoggerFactory.getLogger(SpokenReplies.class);
    private static final String UNUSABLE = "Chatbot: what the bot says is not usable: {}";

    private final Dialect dialect;
    private final BotSettings settings;
    private final Asking asking;
    private final OpenQuestionStore questions;
    private final ConversationStore conversations;
    private final Handover handover;
    private final CallForPeople people;
    private final CommandGate gate;
    private final InstantSource clock;
    private final RefusedCallers refused;
    private final ObjectMapper json = new ObjectMapper();

    SpokenReplies(
            Dialect dialect,
            BotSettings settings,
            Asking asking,
            OpenQuestionStore questions,
            ConversationStore conversations,
            Handover handover,
            CallForPeople people,
            CommandGate gate,
            InstantSource clock,
            RefusedCallers refused) {
        this.refused = refused;
        this.dialect = dialect;
        this.settings = settings;
        this.asking = asking;
        this.questions = questions;
        this.conversations = conversations;
        this.handover = handover;
        this.people = people;
        this.gate = gate;
        this.clock = clock;
    }

    /** Leaves the status and one word for the caller. */
    public void take(Exchange exchange) {
        Message message = exchange.getMessage();
        byte[] body = message.getBody(byte[].class);
        int status = take(message.getHeader(KEY, "", String.class), body);
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setBody(status == 200 ? "ok" : "not taken");
    }

    private int take(String key, byte[] body) {
        if (!isOurs(key) || !(dialect instanceof BotpressDialect botpress)) {
            refused.note(
                    "/webhooks/chatbot",
                    "key",
                    "the address does not end in ?key= and the value of HUB_CHATBOT_CALLBACK_KEY;"
                            + " correct it at the bot");
            return 401;
        }
        try {
            JsonNode request = json.readTree(body);
            try {
                botpress.read(request).ifPresent(this::say);
                return 200;
            } catch (BotFailedException | CommandRefusedException unusable) {
                callPeople(botpress.conversationOf(request), unusable.getMessage());
                return 400;
            }
        } catch (DataAccessException | TransactionException away) {
            return 503;
        } catch (IOException notJson) {
            LOG.warn(UNUSABLE, "not JSON");
            return 400;
        }
    }

    /** Its customer waits, and would wait in vain; unless somebody is there already, or nobody had asked the bot. */
    private void callPeople(Optional<ConversationId> id, String fault) {
        EventId asked = id.map(questions::lastAsked).orElse(null);
        Optional<Conversation> conversation = id.flatMap(conversations::find);
        if (conversation.isEmpty() || asked == null || !handover.botMayAnswer(id.get(), asked)) {
            LOG.warn(UNUSABLE, fault);
            return;
        }
        people.now(
                id.get(),
                asked,
                conversation.get().describe(clock.instant()),
                HandoverCause.BOT_FAILED,
                fault);
    }

    private void say(BotpressDialect.Spoken spoken) {
        Optional<Conversation> conversation = conversations.find(spoken.conversation());
        EventId asked = questions.lastAsked(spoken.conversation());
        if (conversation.isEmpty() || asked == null) {
            throw BotFailedException.unreadable("no such conversation");
        }
        JsonNode described = conversation.get().describe(clock.instant());
        for (Reply reply :
                asking.replies(
                        spoken.conversation(),
                        asked,
                        spoken.answer(),
                        described,
                        "bot:" + spoken.conversation().value() + ":" + spoken.id())) {
            try {
                gate.submit(reply.getCommand(), reply.getKey(), Caller.BOT);
            } catch (CommandRefusedException refusal) {
                // Said before, and repeated after the customer wrote again: it went out already.
                if (refusal.kind() != CommandRefusedException.Kind.CONFLICT) {
                    throw refusal;
                }
            }
        }
        questions.heard(spoken.conversation());
    }

    boolean isOurs(String key) {
        return key != null
                && !settings.callbackKey().isEmpty()
                && MessageDigest.isEqual(
                        key.getBytes(StandardCharsets.UTF_8),
                        settings.callbackKey().getBytes(StandardCharsets.UTF_8));
    }
}
