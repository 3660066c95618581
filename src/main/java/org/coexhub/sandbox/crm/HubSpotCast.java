package org.coexhub.sandbox.crm;

import org.coexhub.sandbox.hubspot.SimulatedHubSpot;

import java.time.Duration;
import java.util.Map;

/** Whom the account knows when the sandbox starts. */
final class HubSpotCast {
    private HubSpotCast() {}

    static SimulatedHubSpot enter(SimulatedHubSpot hubSpot) {
        hubSpot.searchLag(Duration.ofSeconds(1));
        hubSpot.contact(
                Map.of(
                        "firstname", "Jonas",
                        "lastname", "Weber",
                        "company", "Weber & Daughters",
                        "phone", "+1 202-555-0143"));
        hubSpot.contact(
                Map.of(
                        "firstname", "Ana",
                        "lastname", "Ribeiro",
                        "mobilephone", "+44 7700 900123",
                        "email", "ana@ribeiro-ceramics.example"));
        hubSpot.contact(
                Map.of("firstname", "Noor", "lastname", "Haddad", "phone", "+31 20 555 0199"));
        return hubSpot;
    }
}
