/**
 * Finds the Contact, Person Account or Lead that a customer is: asked of Salesforce once for many, kept in the store,
 * created by policy, and left to people where more than one answer is possible.
 */
package org.coexhub.connector.salesforce.people;
