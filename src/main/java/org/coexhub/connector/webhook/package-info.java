/**
 * Events posted to a receiver of yours, signed as standardwebhooks.com asks. The route is {@code destination-webhook}.
 */
package org.coexhub.connector.webhook;
