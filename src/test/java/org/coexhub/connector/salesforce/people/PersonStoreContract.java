package org.coexhub.connector.salesforce.people;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

/** What holds on every database. */
abstract class PersonStoreContract {

    private static final String CONTACT = "003000000000001AAA";
    private static final String LEAD = "00Q000000000001AAA";

    private final TestClock clock = new TestClock();
    private final PersonStore store = new PersonStore(new JdbcTemplate(database()), clock);

    abstract DataSource database();

    @Test
    void whatWasFoundIsRememberedByCustomer() {
        store.remember(
                Map.of(
                        "447700900001", Person.contact(CONTACT, "001000000000001AAA"),
                        "GB.7", Person.lead(LEAD),
                        "447700900003", Person.SEVERAL));

        var found = store.find(List.of("447700900001", "GB.7", "447700900003", "unheard"));

        assertThat(found).hasSize(3);
        assertThat(found.get("447700900001").person())
                .isEqualTo(new Person(Person.Kind.CONTACT, CONTACT, "001000000000001AAA", false));
        assertThat(found.get("GB.7").person().recordId()).isEqualTo(LEAD);
        assertThat(found.get("447700900003").person().kind()).isEqualTo(Person.Kind.SEVERAL);
    }

    @Test
    void theLatestAnswerCounts() {
        store.remember(Map.of("447700900001", Person.NOBODY));
        store.remember(Map.of("447700900001", Person.lead(LEAD)));

        assertThat(fresh("447700900001").person().recordId()).isEqualTo(LEAD);
    }

    @Test
    void doubtIsAskedAboutAgainAfterAnHourALeadAfterADayAndAContactNever() {
        store.remember(
                Map.of(
                        "a",
                        Person.contact(CONTACT, null),
                        "b",
                        Person.lead(LEAD),
                        "c",
                        Person.SEVERAL,
                        "d",
                        Person.NOBODY));

        assertThat(List.of("a", "b", "c", "d")).allMatch(who -> fresh(who).fresh());
        clock.advance(PersonStore.DOUBT_LIFE);
        assertThat(List.of("a", "b")).allMatch(who -> fresh(who).fresh());
        assertThat(List.of("c", "d")).noneMatch(who -> fresh(who).fresh());
        clock.advance(PersonStore.LEAD_LIFE);
        assertThat(fresh("b").fresh()).isFalse();
        clock.advance(Duration.ofDays(1000));
        assertThat(fresh("a").fresh()).isTrue();
    }

    @Test
    void whoIsForgottenIsUnheardOf() {
        store.remember(Map.of("a", Person.lead(LEAD), "b", Person.lead(LEAD)));

        store.forget(List.of("a", "never"));

        assertThat(store.find(List.of("a", "b"))).containsOnlyKeys("b");
    }

    private PersonStore.Remembered fresh(String customer) {
        return store.find(List.of(customer)).get(customer);
    }
}
