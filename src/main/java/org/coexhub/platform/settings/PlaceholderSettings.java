package org.coexhub.platform.settings;

import org.springframework.core.env.Environment;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The settings that no record has, because only route files and {@code application.yml} read them. */
final class PlaceholderSettings {

    private static final int HIGHEST_PORT = 65_535;
    private static final int MOST_CONSUMERS = 1000;
    private static final Predicate<String> PORT = text -> isNumber(text, 0, HIGHEST_PORT);
    private static final String PORT_RULE = "must be a port, a whole number up to 65535";
    private static final Predicate<String> COUNT = text -> isNumber(text, 1, MOST_CONSUMERS);
    private static final String COUNT_RULE = "must be a whole number from 1 to 1000";
    private static final Predicate<String> PERIOD =
            text -> text.matches("[1-9]\\d{0,8}(ms|s|m|h)?");
    private static final String PERIOD_RULE = "must be a number of milliseconds, at least 1";

    private static final List<Rule> RULES =
            List.of(
                    new Rule("hub.port", PORT, PORT_RULE, "8080"),
                    new Rule("hub.management-port", PORT, PORT_RULE, "8081"),
                    new Rule(
                            "hub.management-address",
                            text -> text.matches("[A-Za-z0-9.:-]+"),
                            "must be an address of this machine",
                            "127.0.0.1, or 0.0.0.0 for all"),
                    new Rule("hub.router.consumers", COUNT, COUNT_RULE, "2"),
                    new Rule("hub.send.consumers", COUNT, COUNT_RULE, "16"),
                    new Rule("hub.chatbot.concurrency", COUNT, COUNT_RULE, "16"),
                    new Rule("hub.send.sweep-period", PERIOD, PERIOD_RULE, "250"),
                    new Rule("hub.send.backlog-period", PERIOD, PERIOD_RULE, "100"),
                    new Rule("hub.send.lookup-period", PERIOD, PERIOD_RULE, "30000"),
                    new Rule("hub.bulk.release-period", PERIOD, PERIOD_RULE, "250"),
                    new Rule("hub.media.period", PERIOD, PERIOD_RULE, "1000"),
                    new Rule("hub.chatwoot.files-period", PERIOD, PERIOD_RULE, "500"),
                    new Rule("hub.chatwoot.missed-period", PERIOD, PERIOD_RULE, "60000"),
                    new Rule("hub.hubspot.period", PERIOD, "must be a time span", "500ms"));

    private PlaceholderSettings() {}

    private record Rule(String property, Predicate<String> holds, String demand, String example) {}

    static List<String> names() {
        return RULES.stream().map(Rule::property).toList();
    }

    static List<String> faults(Environment environment) {
        var faults = new ArrayList<String>();
        for (Rule rule : RULES) {
            String value = environment.getProperty(rule.property, "").strip();
            if (!value.isEmpty() && !rule.holds.test(value)) {
                faults.add(
                        "%s %s, e.g. %s"
                                .formatted(
                                        SettingName.shown(rule.property),
                                        rule.demand,
                                        rule.example));
            }
        }
        String port = environment.getProperty("hub.port", "8080");
        if (!port.equals("0") && port.equals(environment.getProperty("hub.management-port"))) {
            faults.add(
                    SettingName.shown("hub.management-port")
                            + " must be another port than HUB_PORT, which the public reaches, e.g."
                            + " 8081");
        }
        return faults;
    }

    private static boolean isNumber(String text, int least, int most) {
        return text.matches("\\d{1,9}")
                && Integer.parseInt(text) >= least
                && Integer.parseInt(text) <= most;
    }
}
