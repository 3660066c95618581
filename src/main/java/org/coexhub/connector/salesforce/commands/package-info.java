/**
 * Turns platform events of Salesforce into commands, and keeps them from coming round. May touch Camel, and commands
 * through their intake and store; the route {@code commands-salesforce} shows the flow.
 */
package org.coexhub.connector.salesforce.commands;
