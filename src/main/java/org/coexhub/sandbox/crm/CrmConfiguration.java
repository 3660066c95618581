package org.coexhub.sandbox.crm;

import org.coexhub.sandbox.hubspot.SimulatedHubSpot;
import org.coexhub.sandbox.hubspot.Workflow;
import org.coexhub.sandbox.meta.SimulatedMeta;
import org.coexhub.sandbox.salesforce.SimulatedSalesforce;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

import java.time.InstantSource;

/** The simulated CRMs of the sandbox, on the ports and with the secrets that the hub itself was given. */
@Configuration(proxyBeanMethods = false)
@Profile("sandbox")
class CrmConfiguration {

    @Bean(destroyMethod = "")
    SimulatedSalesforce simulatedSalesforce() {
        SimulatedSalesforce salesforce = new SimulatedSalesforce(InstantSource.system());
        SalesforceCast.enter(salesforce.org());
        return salesforce;
    }

    @Bean
    SalesforceLifecycle salesforceLifecycle(
            SimulatedSalesforce salesforce,
            @Value("${hub.sandbox.salesforce-port}") int port,
            @Value("${hub.sandbox.pub-sub-port}") int pubSubPort) {
        return new SalesforceLifecycle(salesforce, port, pubSubPort);
    }

    @Bean
    CrmPanel salesforcePanel(SimulatedSalesforce salesforce, SimulatedMeta meta) {
        return new SalesforcePanel(salesforce, meta.account().phoneNumberId());
    }

    @Bean(destroyMethod = "")
    SimulatedHubSpot simulatedHubSpot(
            @Value("${hub.hubspot.access-token}") String token,
            @Value("${hub.sandbox.hubspot-port}") int port) {
        return HubSpotCast.enter(new SimulatedHubSpot(token, InstantSource.system(), port));
    }

    @Bean
    HubSpotLifecycle hubSpotLifecycle(SimulatedHubSpot hubSpot) {
        return new HubSpotLifecycle(hubSpot);
    }

    @Bean
    CrmPanel hubSpotPanel(
            SimulatedHubSpot hubSpot,
            HubSpotLifecycle lifecycle,
            SimulatedMeta meta,
            @Value("${hub.hubspot.client-secret}") String clientSecrets,
            @Value("${hub.hubspot.public-url}") String publicUrl) {
        // While a secret is being rotated the hub knows several; HubSpot signs with one.
        String clientSecret = clientSecrets.split(",")[0].trim();
        return new HubSpotPanel(
                hubSpot,
                new Workflow(clientSecret, InstantSource.system()),
                lifecycle::hub,
                publicUrl,
                meta.account().phoneNumberId());
    }
}
