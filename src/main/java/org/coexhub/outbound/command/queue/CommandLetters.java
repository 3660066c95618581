package org.coexhub.outbound.command.queue;

import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.MessageProducer;

import org.coexhub.outbound.command.IdempotencyKey;
import org.coexhub.platform.broker.QueueNames;
import org.springframework.jms.core.JmsTemplate;

import java.time.InstantSource;

/** Parks what became no command among the dead letters of commands, outside of any route. */
public final class CommandLetters {

    private final JmsTemplate jms;
    private final InstantSource clock;

    public CommandLetters(ConnectionFactory connections, InstantSource clock) {
        this.clock = clock;
        jms = new JmsTemplate(connections);
        jms.setSessionTransacted(true);
    }

    /**
     * Returns once the letter is durable.
     *
     * @param key idempotency key of the command it would have been; null where nobody knows
     */
    public void park(byte[] body, String key, String reason) {
        jms.execute(
                session -> {
                    BytesMessage letter = session.createBytesMessage();
                    letter.writeBytes(body);
                    letter.setStringProperty(CommandQueueIntake.REASON, reason);
                    letter.setLongProperty(QueueNames.PARKED_AT, clock.millis());
                    if (key != null) {
                        letter.setStringProperty(
                                CommandQueueIntake.KEY, IdempotencyKey.forHeader(key));
                    }
                    try (MessageProducer producer =
                            session.createProducer(session.createQueue(QueueNames.DEAD_COMMANDS))) {
                        producer.send(letter);
                    }
                    session.commit();
                    return null;
                });
    }
}
