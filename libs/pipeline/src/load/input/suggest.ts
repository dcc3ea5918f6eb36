import { luhn, maskCardNumbers, replaceUnprintable } from '@enrollkit/base';
import { fieldNames, type FieldName } from '@enrollkit/enrollment';

/**
 * What columns of a field are called elsewhere, letters and digits only, in lower case; the first that fits.
 */
const names: readonly (readonly [FieldName, RegExp])[] = [
  ['externalCardId', /^(?:external)?card(?:ref|reference|id|identifier|key|token)$|^kartenid|^kartenref/],
  [
    'externalConsumerId',
    /^(?:external)?(?:consumer|customer|client|cardholder|person|party|kunden?|cust)(?:id|no|nr|num|number|ref|reference|key|nummer)$|^cif$|^idcliente$/,
  ],
  ['expiryMonth', /^exp(?:iry|iration|ires)?(?:month|mm)$|^monthofexpiry$/],
  ['expiryYear', /^exp(?:iry|iration|ires)?(?:year|yy|yyyy)$|^yearofexpiry$/],
  [
    'expiry',
    /^(?:card)?exp(?:iry|iration|ires|irydate|irationdate|date|dt)?$|^validthru$|^goodthru$|^validto$|^ablauf|^gueltigbis$|^caducidad$|^expdate$/,
  ],
  [
    'pan',
    /^(?:f?pan|card(?:number|no|nr|num)|accountnumber|primaryaccountnumber|kartennummer|numerodetarjeta|numerotarjeta|numerodecarte)$/,
  ],
  [
    'cardholderName',
    /^(?:cardholder|nameoncard|cardholdername|embossedname|embossname|karteninhaber|titular)$/,
  ],
  ['firstName', /^(?:first|given|fore)(?:name)?$|^vorname$|^prenom$|^nombre$/],
  ['lastName', /^(?:last|family|sur)(?:name)?$|^surname$|^nachname$|^familienname$|^apellidos?$|^nom$/],
  ['email', /^e?mail(?:address|id)?$|^emailaddr$|^correo/],
  [
    'mobile',
    /^(?:mobile|cell|cellular|handy|phone|telephone|tel|telefon|msisdn|movil|gsm)(?:phone|no|nr|num|number|nummer)?$|^phonenumber$/,
  ],
  ['addressCountry', /^(?:address|billing)country(?:code)?$/],
  ['country', /^country(?:code|iso|iso2)?$|^land$|^pais$|^pays$/],
  ['language', /^lang(?:uage)?(?:code)?$|^sprache$|^idioma$|^langue$/],
  ['locale', /^locale$/],
  [
    'addressLine1',
    /^(?:street|address|addr|addressline|line|adresse|strasse|calle|rue)1?$|^streetaddress$|^addr(?:ess)?line1$|^address1$/,
  ],
  ['addressLine2', /^(?:street|address|addr|addressline|line|adresse)2$|^addrline2$/],
  ['addressLine3', /^(?:street|address|addr|addressline|line|adresse)3$|^addrline3$/],
  ['city', /^(?:city|town|ort|stadt|ciudad|ville|locality|municipality)(?:name)?$/],
  ['state', /^(?:state|province|region|county|bundesland|provincia)(?:code)?$/],
  [
    'postalCode',
    /^(?:zip|post|postal|postcode|zipcode|plz|cp)(?:code)?$|^codigopostal$|^codepostal$|^postleitzahl$/,
  ],
];

const plain = (text: string): string =>
  text
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');

/** The field that a name in a file probably stands for; undefined when it looks like none. */
export function fieldLike(name: string): FieldName | undefined {
  const text = plain(name);
  return (
    fieldNames.find((field) => plain(field) === text) ?? names.find(([, pattern]) => pattern.test(text))?.[0]
  );
}

/** A block of `input.columns` for the names of a header, ready to paste; each field is proposed once. */
export function columnsBlock(header: readonly string[], isKnown: (name: string) => boolean): string {
  const taken = new Set<string>(header.filter(isKnown));
  const lines = header.flatMap((name, index) => {
    if (isKnown(name) || name === '') return [];
    const field = fieldLike(name);
    const isFree = field !== undefined && !taken.has(field);
    if (isFree) taken.add(field);
    return [`    ${keyOf(name, index)}: ${isFree ? field : 'ignore'}`];
  });
  return ['input:', '  columns:', ...lines].join('\n');
}

/** By its number, where the name is none that a message may repeat. */
function keyOf(name: string, index: number): string {
  const isName =
    name.length <= 40 && maskCardNumbers(name) === name && replaceUnprintable(name, '?') === name;
  return JSON.stringify(isName ? name : `#${index + 1}`);
}

/** What the values of a row without a header look like; each is a proposal. */
const values: readonly (readonly [FieldName, RegExp])[] = [
  ['email', /^[^\s@]+@[^\s@]+\.[^\s@]+$/],
  ['mobile', /^(?:\+|00)[\d\s().-]{7,}$/],
  ['expiry', /^(?:\d\d\/\d\d(?:\d\d)?|\d{4}-\d\d)$/],
  ['country', /^[A-Z]{2}$/],
  ['language', /^[a-z]{2}$/],
];

/**
 * A list for `input.header` made from the first row of a file without a header: what is not certain is
 * `ignore`.
 */
export function headerBlock(cells: readonly string[]): string {
  const taken = new Set<string>();
  const fields = cells.map((cell) => {
    const value = cell.trim();
    const field =
      /^\d{12,19}$/.test(value) && luhn(value)
        ? 'pan'
        : values.find(([name, pattern]) => !taken.has(name) && pattern.test(value))?.[0];
    if (field === undefined || taken.has(field)) return 'ignore';
    taken.add(field);
    return field;
  });
  return `input:\n  header: [${fields.join(', ')}]`;
}
