package org.coexhub.connector.salesforce.people;

import org.coexhub.platform.store.SqlArrays;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Stores which record each customer is, as Salesforce answered. A Contact is believed until a write shows that it is
 * gone; a Lead for a day, because it may be converted; that there are several or nobody for an hour, because people put
 * that right.
 */
@Repository
class PersonStore {

    static final Duration LEAD_LIFE = Duration.ofHours(24);
    static final Duration DOUBT_LIFE = Duration.ofHours(1);

    private static final String FIND =
            "SELECT customer, kind, record_id, account_id, asked_at FROM salesforce_person WHERE"
                    + " customer = ANY (?)";
    private static final String INSERT =
            "INSERT INTO salesforce_person (customer, kind, record_id, account_id, asked_at) VALUES"
                    + " (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    private static final String UPDATE =
            "UPDATE salesforce_person SET kind = ?, record_id = ?, account_id = ?, asked_at = ?"
                    + " WHERE customer = ?";
    private static final String FORGET = "DELETE FROM salesforce_person WHERE customer = ?";

    private final JdbcTemplate jdbc;
    private final InstantSource clock;

    PersonStore(JdbcTemplate jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** @param fresh still to be believed */
    record Remembered(Person person, boolean fresh) {}

    Map<String, Remembered> find(Collection<String> customers) {
        var found = new HashMap<String, Remembered>();
        Instant now = clock.instant();
        jdbc.query(
                FIND,
                statement -> statement.setArray(1, SqlArrays.text(statement, customers)),
                row -> {
                    var kind = Person.Kind.valueOf(row.getString(2).toUpperCase(Locale.ROOT));
                    Instant asked = SqlTimes.read(row, 5);
                    var person = new Person(kind, row.getString(3), row.getString(4), false);
                    found.put(
                            row.getString(1),
                            new Remembered(person, now.isBefore(asked.plus(life(kind)))));
                });
        return found;
    }

    private static Duration life(Person.Kind kind) {
        return switch (kind) {
            case CONTACT -> Duration.ofDays(36_500);
            case LEAD -> LEAD_LIFE;
            case SEVERAL, NOBODY -> DOUBT_LIFE;
        };
    }

    void remember(Map<String, Person> people) {
        var now = SqlTimes.at(clock.instant());
        new TreeMap<>(people)
                .forEach(
                        (customer, person) -> {
                            int known =
                                    jdbc.update(
                                            UPDATE,
                                            person.kind().word(),
                                            person.recordId(),
                                            person.accountId(),
                                            now,
                                            customer);
                            if (known == 0) {
                                jdbc.update(
                                        INSERT,
                                        customer,
                                        person.kind().word(),
                                        person.recordId(),
                                        person.accountId(),
                                        now);
                            }
                        });
    }

    void forget(Collection<String> customers) {
        customers.stream().sorted().forEach(customer -> jdbc.update(FORGET, customer));
    }
}
