import type { Node } from '../resolvers/nodes.ts';
import type { CustomerAddress } from '../rest/addresses.ts';
import type { Customer, StoreCredit } from '../rest/customers.ts';
import type { FormFieldValue } from '../rest/form-fields.ts';
import { builder } from './builder.ts';

// One reference per backing model, so that types that mention each other need not import each other.
export const NodeRef = builder.interfaceRef<Node>('Node');
export const CustomerRef = builder.objectRef<Customer>('Customer');
export const CustomerAddressRef = builder.objectRef<CustomerAddress>('CustomerAddress');
export const StoreCreditRef = builder.objectRef<StoreCredit>('StoreCredit');
export const FormFieldValueRef = builder.interfaceRef<FormFieldValue>('FormFieldValue');
