package org.coexhub.outbound.send.echo;

import org.coexhub.event.CustomerIdentity;
import org.coexhub.event.EventData;
import org.coexhub.event.HubEvent;
import org.coexhub.event.MessageContent;
import org.coexhub.event.PhoneDigits;
import org.coexhub.outbound.command.Recipient;
import org.coexhub.outbound.command.SendCommand;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.outbound.command.store.CommandRows;
import org.coexhub.platform.store.SqlTimes;
import org.coexhub.state.conversation.ConversationLookup;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import javax.sql.DataSource;

/**
 * Finds the sends whose message id is not known yet: on their way to Graph, or of unknown outcome. Tells whether an
 * echo may have come from one of them.
 *
 * <p>That two messages have the same words never proves that they are the same, for a person may type what a bot is
 * saying. That they differ proves that they are not.
 */
final class OpenSends {

    /** Types that an echo shows under the same name; templates and interactive messages may look like anything. */
    private static final Set<String> PLAIN =
            Set.of(
                    "text",
                    "image",
                    "video",
                    "audio",
                    "document",
                    "sticker",
                    "location",
                    "contacts",
                    "reaction");

    /** Clocks of nodes differ. */
    private static final Duration SKEW = Duration.ofSeconds(2);

    /** What Meta took at the very end of a call, it took by a clock of its own. */
    private static final Duration LATE = Duration.ofSeconds(30);

    /** Long enough for Graph's answer and its time-out. */
    private static final Duration LATELY = Duration.ofMinutes(5);

    private static final int LOOKED_AT = 200;

    private static final String ANY =
            "SELECT COUNT(*) FROM command WHERE state IN ('sending', 'unresolved')";

    private static final String OPEN =
            """
            SELECT c.*, (SELECT MAX(t.at) FROM command_transition t
                WHERE t.command_id = c.id AND t.state = 'sending') AS began
            FROM command c
            WHERE c.phone_number_id = :number AND c.state IN ('sending', 'unresolved')
            """;

    private static final String TO_ONE = OPEN + "AND c.recipient IN (:recipients)";

    /** Business-scoped ids have a dot, phone numbers have none. */
    private static final String TO_IDS_OF_OTHER_KIND =
            OPEN
                    + """
                    AND c.changed_at > :since
                    AND (:phone AND c.recipient NOT LIKE '%.%' OR :scoped AND c.recipient LIKE '%.%')
                    ORDER BY c.seq DESC LIMIT :limit
                    """;

    private final JdbcClient jdbc;
    private final ConversationLookup conversations;

    OpenSends(DataSource database, ConversationLookup conversations) {
        this.jdbc = JdbcClient.create(database);
        this.conversations = conversations;
    }

    private record OpenSend(StoredCommand stored, Instant began) {

        boolean wasOutBy(HubEvent echo) {
            boolean begun = began == null || !echo.receivedTime().plus(SKEW).isBefore(began);
            boolean over =
                    switch (stored.state()) {
                        case UNRESOLVED -> echo.time().isAfter(stored.changedAt().plus(LATE));
                        default -> false;
                    };
            return begun && !over;
        }
    }

    /** False, too, while nothing at all is on its way, which costs one look. */
    boolean any() {
        return jdbc.sql(ANY).query(Long.class).single() > 0;
    }

    boolean mayHaveMade(HubEvent echo) {
        if (!(echo.data() instanceof EventData.Message message)) {
            return false;
        }
        return candidates(echo, message).stream()
                .anyMatch(open -> open.wasOutBy(echo) && mayBe(message, open.stored().command()));
    }

    private List<OpenSend> candidates(HubEvent echo, EventData.Message message) {
        if (message.groupId() != null) {
            return to(echo, Set.of(message.groupId()));
        }
        if (echo.customer() == null) {
            return List.of();
        }
        Set<String> phones = new LinkedHashSet<>();
        Set<String> scoped = new LinkedHashSet<>();
        for (CustomerIdentity known :
                conversations.identitiesOf(
                        echo.number(), echo.customer().waId(), echo.customer().bsuid())) {
            if (known.waId() != null) {
                phones.addAll(PhoneDigits.spellings(known.waId()));
            }
            if (known.bsuid() != null) {
                scoped.add(known.bsuid());
            }
        }
        var recipients = new LinkedHashSet<>(phones);
        recipients.addAll(scoped);
        var all = new ArrayList<>(to(echo, recipients));
        if (phones.isEmpty() || scoped.isEmpty()) {
            all.addAll(toOthersThatMayBeTheSame(echo, phones.isEmpty(), scoped.isEmpty()));
        }
        return all;
    }

    private List<OpenSend> to(HubEvent echo, Set<String> recipients) {
        return jdbc.sql(TO_ONE)
                .param("number", echo.number().value())
                .param("recipients", recipients)
                .query(OpenSends::read)
                .list();
    }

    /** Whom the hub knows by one kind of id only may be the recipient whom the sender named by the other. */
    private List<OpenSend> toOthersThatMayBeTheSame(HubEvent echo, boolean phone, boolean scoped) {
        return jdbc
                .sql(TO_IDS_OF_OTHER_KIND)
                .param("number", echo.number().value())
                .param("since", SqlTimes.at(echo.receivedTime().minus(LATELY)))
                .param("phone", phone)
                .param("scoped", scoped)
                .param("limit", LOOKED_AT)
                .query(OpenSends::read)
                .list()
                .stream()
                .filter(open -> isToOne(open.stored().command().recipient()))
                .toList();
    }

    private static boolean isToOne(Recipient recipient) {
        return recipient != null && !recipient.group();
    }

    static boolean mayBe(EventData.Message echo, SendCommand command) {
        MessageContent shown = echo.content();
        String type = command.messageType();
        if (!PLAIN.contains(type) || !PLAIN.contains(shown.messageType())) {
            return true;
        }
        if (!type.equals(shown.messageType())) {
            return false;
        }
        if (type.equals("reaction")) {
            return shown.reaction() == null
                    || shown.reaction().wamid() == null
                    || shown.reaction()
                            .wamid()
                            .value()
                            .equals(command.content().path("message_id").asText());
        }
        return words(shown.text()).equals(words(command.text()));
    }

    /** Without what is lost on the way: blanks around, and how many there are between. */
    private static String words(String text) {
        return text == null ? "" : String.join(" ", text.strip().split("\\s+"));
    }

    private static OpenSend read(java.sql.ResultSet rs, int row) throws java.sql.SQLException {
        return new OpenSend(CommandRows.read(rs, row), SqlTimes.read(rs, "began"));
    }
}
