package org.coexhub.connector.salesforce.pubsub;

/**
 * A login at the org.
 *
 * @param instanceUrl where the org's API is
 * @param orgId the org's id
 * @param userId the integration user the hub acts as
 */
record Session(String accessToken, String instanceUrl, String orgId, String userId) {

    @Override
    public String toString() {
        return "Session[instanceUrl=" + instanceUrl + ", orgId=" + orgId + "]";
    }
}
