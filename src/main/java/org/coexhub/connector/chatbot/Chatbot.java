package org.coexhub.connector.chatbot;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.coexhub.connector.chatbot.BotCommands.Reply;
import org.coexhub.delivery.fanout.EventHeaders;
import org.coexhub.event.CloudEvent;
import org.coexhub.event.ConversationId;
import org.coexhub.event.EventId;
import org.coexhub.platform.broker.ScheduledDelivery;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.util.List;

/**
 * The steps of the route that leads customers' messages to the bot.
 *
 * <p>Each reply becomes a command with source {@code bot} and a key made of the event's id, so an event that is delivered
 * again asks the bot again but sends nothing twice. That holds for the handover too, which is stored on its own, before
 * the replies: the event that asked for it is asked about again, and asks for nothing new.
 */
@Component("chatbot")
class Chatbot {

    /** What is to be done next. */
    static final String STEP = "HubChatbotStep";

    private static final String GROUP = "JMSXGroupID";

    private final TurnTaking turns;
    private final Asking asking;

    Chatbot(TurnTaking turns, Asking asking) {
        this.turns = turns;
        this.asking = asking;
    }

    /** Decides whether it is the bot's turn. Never for a replayed event, nor in a group. */
    public void turn(
            @Body byte[] cloudEvent,
            @Header(EventHeaders.CONVERSATION) String conversation,
            @Header(EventHeaders.ID) String event,
            @Header(EventHeaders.REPLAY) String replay,
            Exchange exchange)
            throws IOException {
        Step step = new Step.Done();
        if (replay == null && conversation != null) {
            CloudEvent message = CloudEvent.read(cloudEvent);
            // What a customer wrote to the number alone, and Meta's own agent is not at.
            if (message.groupId() == null && !message.standby()) {
                step = turns.begin(new ConversationId(conversation), new EventId(event), message);
            }
        }
        exchange.setProperty(STEP, step);
    }

    public boolean isBotsTurn(@ExchangeProperty(STEP) Object step) {
        return step instanceof Step.Ask;
    }

    /** Asks the bot, outside the exchange: its body stays the event, which may have to come again. */
    public void ask(@ExchangeProperty(STEP) Step.Ask ask, Exchange exchange) {
        exchange.setProperty(STEP, asking.ask(ask));
    }

    public boolean comesLater(@ExchangeProperty(STEP) Object step) {
        return step instanceof Step.Later;
    }

    /** The same message once more, in the same group, for the broker to keep a while. */
    public void postpone(@ExchangeProperty(STEP) Step.Later later, Exchange exchange) {
        var message = exchange.getMessage();
        message.setHeader(GROUP, message.getHeader(EventHeaders.CONVERSATION));
        message.setHeader(ScheduledDelivery.PROPERTY, ScheduledDelivery.in(later.delay()));
    }

    public boolean isAnswered(@ExchangeProperty(STEP) Object step) {
        return step instanceof Step.Says;
    }

    public List<Reply> replies(@ExchangeProperty(STEP) Step.Says says) {
        return says.replies();
    }
}
