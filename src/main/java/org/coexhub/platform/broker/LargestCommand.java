package org.coexhub.platform.broker;

import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.springframework.util.unit.DataSize;

/**
 * The embedded broker's limit for the size of what programs send as commands.
 *
 * <p>Artemis' client decodes a text of any size before it hands the message out ({@code
 * ActiveMQTextMessage.doBeforeReceive}, 2.56), so nothing behind the queue can refuse it unread: a huge one would take all
 * memory, end the process, and be the first message again after each start. Smaller ones are received, refused with a
 * reason and parked.
 */
final class LargestCommand implements ActiveMQServerMessagePlugin {

    static final DataSize LIMIT = DataSize.ofMegabytes(16);

    private static final String COMMANDS = QueueNames.COMMANDS;
    private static final String ITS_QUEUES = COMMANDS + "::";

    @Override
    public void beforeSend(
            ServerSession session,
            Transaction transaction,
            Message message,
            boolean direct,
            boolean noAutoCreateQueue)
            throws ActiveMQException {
        if (message.getWholeMessageSize() > LIMIT.toBytes() && isCommand(message.getAddress())) {
            var refusal =
                    new ActiveMQException(
                            "a message to "
                                    + COMMANDS
                                    + " has at most "
                                    + LIMIT.toMegabytes()
                                    + " MiB",
                            ActiveMQExceptionType.ILLEGAL_STATE);
            if (transaction != null) {
                // Sends of a transaction are not answered one by one; its commit has to fail.
                transaction.markAsRollbackOnly(refusal);
            }
            throw refusal;
        }
    }

    private static boolean isCommand(String address) {
        return address != null && (address.equals(COMMANDS) || address.startsWith(ITS_QUEUES));
    }
}
