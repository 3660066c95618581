package org.coexhub.sandbox.crm;

import org.coexhub.sandbox.salesforce.org.SimulatedOrg;

import java.util.Map;

/** Whom the org knows when the sandbox starts: some of the customers, as people type them in, and some who never wrote. */
final class SalesforceCast {
    private SalesforceCast() {}

    static void enter(SimulatedOrg org) {
        String account = org.create("Account", Map.of("Name", "Ribeiro Ceramics"));
        org.create(
                "Contact",
                Map.of(
                        "FirstName", "Ana",
                        "LastName", "Ribeiro",
                        "AccountId", account,
                        "MobilePhone", "+44 7700 900123",
                        "Email", "ana@ribeiro-ceramics.example"));
        org.create(
                "Account",
                Map.of(
                        "FirstName", "Priya",
                        "LastName", "Nair",
                        "PersonMobilePhone", "+44 7700 900457"));
        org.create(
                "Lead",
                Map.of(
                        "FirstName", "Lena",
                        "LastName", "Brandt",
                        "Company", "Brandt Events",
                        "Phone", "+49 30 23125 711"));
    }
}
