/**
 * What Salesforce asks the hub to send: platform events become commands. May touch Camel and the forms of commands; the
 * route {@code commands-salesforce} shows the flow.
 */
package org.coexhub.connector.salesforce.commands;
