package org.coexhub.send.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.command.TestDatabase;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import javax.sql.DataSource;

class H2LimitsTest extends LimitsContract {

    @Override
    DataSource database() {
        return TestDatabase.h2();
    }

    /** As far as it can be tried without a kill at the right moment: an index that lost everything. */
    @Test
    void whatAKillTookFromTheIndexesIsThereAgain() {
        var jdbc = JdbcClient.create(database);
        jdbc.sql("DROP INDEX send_slot_holder").update();

        slots.makeIndexesAnew();

        assertThat(
                        jdbc.sql(
                                        "SELECT index_name FROM information_schema.indexes"
                                                + " WHERE table_name = 'send_slot'")
                                .query(String.class)
                                .list())
                .contains("send_slot_holder", "send_slot_free");
    }
}
