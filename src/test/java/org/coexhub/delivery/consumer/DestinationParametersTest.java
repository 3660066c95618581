package org.coexhub.delivery.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;

/** What a route file says of its destination is right, or the file does not load and says why. */
class DestinationParametersTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();

    @BeforeEach
    void open() {
        camel.addComponent(
                "destination", new DestinationComponent(null, null, null, null, null, null));
    }

    @AfterEach
    void close() throws IOException {
        camel.close();
    }

    @Test
    void everyParameterMayBeSet() {
        assertThat(
                        camel.getEndpoint(
                                "destination:crm?events=whatsapp.message.*&origins=customer&numbers=1"
                                    + "&notFrom=crm&concurrency=2&batch=3&period=1s&delay=1500"))
                .isInstanceOf(DestinationEndpoint.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    crm                                       | destination 'crm' lacks 'events'
                    crm?events=whatsapp.mesage.*              | destination 'crm':
                    crm?events=whatsapp.*&origins=nobody      | destination 'crm':
                    crm?events=whatsapp.*&batch=0             | concurrency and batch have to be 1 or more
                    crm?events=whatsapp.*&period=soon         | period has to be a time span such as 15m
                    crm?events=whatsapp.*&delay=-1s           | delay has to be a time span such as 15m
                    crm?events=whatsapp.*&concurency=1        | Unknown parameters=[{concurency=1}]
                    crm?events=whatsapp.*&concurrency=many    | many
                    in?events=whatsapp.*                      | destination name 'in' is not usable
                    """)
    void whatIsWrongIsToldByName(String declared, String why) {
        assertThatThrownBy(() -> camel.getEndpoint("destination:" + declared))
                .hasStackTraceContaining(why);
    }
}
