package org.coexhub.outbound.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.coexhub.outbound.cost.CostQuery.Dimension;
import org.junit.jupiter.api.Test;

import java.time.LocalDate;
import java.util.Set;

class CostQueryTest {

    private static final LocalDate DAY = LocalDate.of(2026, 11, 22);

    @Test
    void readsDimensionsInAnyOrder() {
        assertThat(CostQuery.dimensions(" source, day,"))
                .containsExactly(Dimension.DAY, Dimension.SOURCE);
        assertThat(CostQuery.dimensions("")).isEmpty();
    }

    @Test
    void namesTheDimensionsThereAre() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CostQuery.dimensions("day,customer"))
                .withMessageContaining("day, number, category, type, model, source");
    }

    @Test
    void refusesSpansThatAreEmptyOrTooLong() {
        new CostQuery(DAY, DAY, null, Set.of());
        new CostQuery(DAY.minusDays(365), DAY, null, Set.of());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CostQuery(DAY, DAY.minusDays(1), null, Set.of()))
                .withMessageContaining("to has to be");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CostQuery(DAY.minusDays(366), DAY, null, Set.of()))
                .withMessageContaining("366 days");
    }
}
