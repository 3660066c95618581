package org.coexhub.connector.chatbot.memory;

import org.coexhub.connector.chatbot.http.BotFailedException;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;

import javax.sql.DataSource;

/** Counts the tokens that all nodes together have used today, by UTC. */
public final class TokenBudget {

    private static final String SPENT = "SELECT tokens FROM bot_spending WHERE spent_on = :day";
    private static final String MAKE =
            "INSERT INTO bot_spending (spent_on, tokens) VALUES (:day, 0) ON CONFLICT DO NOTHING";
    private static final String ADD =
            "UPDATE bot_spending SET tokens = tokens + :tokens WHERE spent_on = :day";

    private final JdbcClient jdbc;
    private final long most;
    private final InstantSource clock;

    /** @param most in a day; 0: no limit */
    public TokenBudget(DataSource database, long most, InstantSource clock) {
        this.jdbc = JdbcClient.create(database);
        this.most = most;
        this.clock = clock;
    }

    /** @throws BotFailedException today's are spent */
    public void check() {
        if (most > 0) {
            long spent =
                    jdbc.sql(SPENT).param("day", today()).query(Long.class).optional().orElse(0L);
            if (spent >= most) {
                throw BotFailedException.spent(spent);
            }
        }
    }

    public void add(long tokens) {
        if (tokens > 0) {
            jdbc.sql(MAKE).param("day", today()).update();
            jdbc.sql(ADD).param("day", today()).param("tokens", tokens).update();
        }
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }
}
