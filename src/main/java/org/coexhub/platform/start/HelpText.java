package org.coexhub.platform.start;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The text of {@code --help}. */
final class HelpText {

    private static final String TEXT =
            """
            Coexistence Hub: one WhatsApp number, people in the Business App and systems on the Cloud API.

            java -jar coexistence-hub.jar            start; needs the three settings below
            java -jar coexistence-hub.jar --help     this text
            java -jar coexistence-hub.jar backup DIR     copies queues, database and files of HUB_DATA_DIR, also of a
                                                         running hub; DIR is new or empty
            java -jar coexistence-hub.jar restore DIR    puts them into an empty HUB_DATA_DIR; nothing is sent afterwards
                                                         until somebody releases it
            java -jar coexistence-hub.jar export DIR     copies all rows of the database, the hub's own or that of
                                                         HUB_DB_URL, while no hub runs; DIR is new or empty
            java -jar coexistence-hub.jar import DIR     puts them into an empty database, also of a later PostgreSQL;
                                                         nothing is sent afterwards until somebody releases it

            Needed
              HUB_META_APP_SECRET      app secret of the Meta app; two, separated by a comma, while rotating
              HUB_META_VERIFY_TOKEN    free text, the same as in Meta's webhook configuration
              HUB_API_TOKEN            bearer token of the REST API

            Usual
              HUB_META_ACCESS_TOKEN    to send messages
              HUB_PORT                 8080, webhooks and REST
              HUB_MANAGEMENT_PORT      8081, health and metrics
              HUB_DATA_DIR             ./data, embedded queues and database
              HUB_ROUTES_DIR           ./routes, one file per destination in destinations/
              HUB_DB_URL, HUB_DB_USER, HUB_DB_PASSWORD               PostgreSQL in place of the hub's own
              HUB_BROKER_URL, HUB_BROKER_USER, HUB_BROKER_PASSWORD   an Artemis in place of the embedded one

            All settings, with examples: docs/settings.md
            """;

    private HelpText() {}

    static void print() {
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        out.print(TEXT);
        out.flush();
    }
}
