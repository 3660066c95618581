package org.coexhub.connector.salesforce;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

import java.util.List;

class BulkCsvTest {

    @Property(tries = 300)
    void whatIsWrittenIsReadWhateverStandsInIt(
            @ForAll @Size(3)
                    List<@StringLength(max = 12) @CharRange(from = ' ', to = 'ž') String> values,
            @ForAll boolean awkward) {
        List<String> row =
                awkward ? List.of(values.get(0) + "\"\n,\"", values.get(1), "\n") : values;

        assertThat(BulkCsv.rows(BulkCsv.line(List.of("a", "b", "c")) + BulkCsv.line(row)))
                .containsExactly(
                        java.util.Map.of("a", row.get(0), "b", row.get(1), "c", row.get(2)));
    }
}
