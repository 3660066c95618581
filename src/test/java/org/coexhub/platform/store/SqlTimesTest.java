package org.coexhub.platform.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

import java.time.Instant;
import java.time.OffsetDateTime;

class SqlTimesTest {

    private static final Instant MOMENT = Instant.parse("2026-03-29T01:59:59.123456789Z");

    private final JdbcTemplate sql = new JdbcTemplate(TestDatabase.postgres());

    @Test
    void aMomentComesBackFromTheDatabaseCutToMicroseconds() {
        Instant cut = Instant.parse("2026-03-29T01:59:59.123456Z");
        assertThat(roundTrip(SqlTimes.at(MOMENT))).isEqualTo(cut);
        assertThat(roundTrip(SqlTimes.at(cut))).isEqualTo(cut);
    }

    @Test
    void aMomentComesBackFromTheDatabaseCutToMilliseconds() {
        assertThat(roundTrip(SqlTimes.millis(MOMENT)))
                .isEqualTo(Instant.parse("2026-03-29T01:59:59.123Z"));
    }

    @Test
    void nullStaysNull() {
        assertThat(roundTrip(SqlTimes.at(null))).isNull();
        assertThat(roundTrip(SqlTimes.millis(null))).isNull();
    }

    private Instant roundTrip(OffsetDateTime time) {
        return sql.queryForStream(
                        "SELECT CAST(? AS TIMESTAMP WITH TIME ZONE) AS moment",
                        (row, number) -> {
                            assertThat(SqlTimes.read(row, 1))
                                    .isEqualTo(SqlTimes.read(row, "moment"));
                            return new Moment(SqlTimes.read(row, 1));
                        },
                        time)
                .toList()
                .getFirst()
                .read;
    }

    private record Moment(Instant read) {}
}
