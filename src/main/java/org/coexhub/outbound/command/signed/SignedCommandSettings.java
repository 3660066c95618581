package org.coexhub.outbound.command.signed;

import org.coexhub.outbound.command.CommandOptions;
import org.coexhub.platform.settings.SettingRules;
import org.coexhub.platform.settings.SigningSecret;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * @param secret {@code whsec_} and 24 to 64 bytes in base64, as Standard Webhooks asks; several while rotating; whoever signs
 *     with it may send whatever the API token may
 * @param callers by name, those whose secret is bound to it and to what they may send
 */
@ConfigurationProperties("hub.commands")
record SignedCommandSettings(
        @DefaultValue({}) List<String> secret, @DefaultValue Map<String, CallerSettings> callers) {

    private static final String NAME = "[a-z0-9-]{1,64}";

    SignedCommandSettings {
        secret = SigningSecret.filled(secret);
        callers = new TreeMap<>(callers);
        var rules = SettingRules.of("hub.commands");
        SigningSecret.require(rules, "secret", secret);
        callers.forEach((name, caller) -> caller.check(rules, "callers." + name, name));
        rules.check();
    }

    /**
     * A caller by name.
     *
     * @param secret its own, several while rotating
     * @param sources what it may state as {@code hub.source}; empty: any
     * @param numbers phone number ids it may send from; empty: any
     */
    record CallerSettings(
            @DefaultValue({}) List<String> secret,
            @DefaultValue({}) List<String> sources,
            @DefaultValue({}) List<String> numbers) {

        CallerSettings {
            secret = SigningSecret.filled(secret);
        }

        private void check(SettingRules rules, String prefix, String name) {
            rules.require(
                    name.matches(NAME),
                    prefix,
                    "must have a name of lower case letters, digits and hyphens",
                    "HUB_COMMANDS_CALLERS_CRM_SECRET");
            if (secret.isEmpty()) {
                rules.fault(prefix + ".secret", "must be given for a caller with a name");
            }
            SigningSecret.require(rules, prefix + ".secret", secret);
            List<String> known =
                    Arrays.stream(CommandOptions.Source.values())
                            .map(CommandOptions.Source::wireName)
                            .toList();
            rules.require(
                    known.containsAll(sources),
                    prefix + ".sources",
                    "must be of " + String.join(", ", known),
                    "crm,campaign");
        }

        @Override
        public String toString() {
            return "CallerSettings[sources=" + sources + ", numbers=" + numbers.size() + "]";
        }
    }

    /** One per secret, those without a name first. */
    List<SigningCaller> signing() {
        var all = new ArrayList<SigningCaller>();
        secret.forEach(one -> all.add(SigningCaller.anybody(SigningSecret.bytes(one))));
        callers.forEach(
                (name, caller) ->
                        caller.secret.forEach(
                                one ->
                                        all.add(
                                                new SigningCaller(
                                                        name,
                                                        caller.sources,
                                                        caller.numbers,
                                                        SigningSecret.bytes(one)))));
        return all;
    }

    @Override
    public String toString() {
        return "SignedCommandSettings["
                + secret.size()
                + " secrets, callers "
                + callers.keySet()
                + "]";
    }
}
