/** What synthetic people of one country are made of. In patterns a `#` stands for any digit. */
export interface Homeland {
  readonly country: string;
  readonly language: string;
  readonly firstNames: readonly string[];
  readonly lastNames: readonly string[];
  readonly streets: readonly string[];
  /** House number and street in the order of the country; `{}` is the street. */
  readonly line1: string;
  readonly places: readonly { readonly city: string; readonly state?: string; readonly postalCode?: string }[];
  readonly mobile: string;
}

type Row = readonly [country: string, language: string, firstNames: string, lastNames: string, streets: string, line1: string, mobile: string, ...places: string[]];

/** One country a line; names divided by commas, places as city/postal code/state. */
const table: readonly Row[] = [
  ['US', 'en', 'Olivia,Liam,Emma,Noah,Ava,James', "Smith,Johnson,Williams,O'Neill,Garcia-Lopez,Brown", 'Main St,Oak Ave,2nd St', '#### {}', '+1212555####', 'New York/100##/NY', 'Albany/122##/NY'],
  ['CA', 'fr', 'Éloïse,Benoît,Chloé,Gaël', 'Tremblay,Côté,Gagné,Lévesque', 'rue Sainte-Catherine,boulevard René-Lévesque', '### {}', '+1514555####', 'Montréal/H3B #A#/QC', 'Québec/G1R #B#/QC'],
  ['GB', 'en', 'Amelia,Oliver,Isla,Rhys', "Taylor,Evans,Davies,O'Connor", 'High Street,Station Road,Church Lane', '## {}', '+447400######', 'London/SW1A #AA', 'Leeds/LS# #AB'],
  ['IE', 'ga', 'Aoife,Cian,Saoirse,Oisín', 'Ó Súilleabháin,Ní Mhurchú,Mac Gabhann', 'Sráid Uí Chonaill,Bóthar na Trá', '# {}', '+35385#######', 'Baile Átha Cliath/D01 X###', 'Gaillimh/H91 A###'],
  ['DE', 'de', 'Jürgen,Zoë,Björn,Käthe', 'Müller,Groß,Schäfer,von der Höhe', 'Königstraße,Grüner Weg,Am Mühlbach', '{} ##', '+4915112######', 'München/80###', 'Köln/50###'],
  ['CH', 'de', 'Rösli,Urs,Noémie,Reto', 'Zürcher,Bünzli,Rüegg', 'Bahnhofstrasse,Limmatquai', '{} ##', '+4179#######', 'Zürich/80##', 'Genève/12##'],
  ['FR', 'fr', 'Zoé,François,Maëlle,Jérôme', 'Lefèvre,Dupont-Moretti,Garçon', "rue de l'Église,avenue des Champs-Élysées", '## {}', '+33612######', 'Paris/750##', 'Besançon/250##'],
  ['ES', 'es', 'Begoña,José,Íñigo,Lucía', 'García Núñez,Ibáñez,Muñoz', 'Calle Mayor,Paseo de la Castellana', '{} ##', '+34612######', 'A Coruña/150##', 'Madrid/280##'],
  ['IT', 'it', 'Niccolò,Giulia,Cloë', "D'Angelo,Rossi,Dell'Acqua", 'Via Garibaldi,Piazza Libertà', '{} ##', '+39347#######', 'Milano/201##/MI', 'Forlì/471##/FC'],
  ['NL', 'nl', 'Daniël,Noë,Renée', "van 't Hoff,de Vries,IJzerman", 'Kerkstraat,Prinsengracht', '{} ###', '+31612######', 'Amsterdam/1017 AB', 'Den Haag/2514 CD'],
  ['SE', 'sv', 'Åsa,Björn,Märta', 'Öberg,Sjöström,Lindqvist', 'Storgatan,Ängsvägen', '{} ##', '+4670174####', 'Malmö/211 ##', 'Göteborg/411 ##'],
  ['NO', 'nb', 'Øyvind,Åse,Kåre', 'Bjørnstad,Sæther,Ødegård', 'Kongens gate,Fjøsangerveien', '{} ##', '+4792######', 'Tromsø/90##', 'Bodø/80##'],
  ['CZ', 'cs', 'Jiří,Žofie,Ondřej,Běla', 'Dvořák,Němcová,Růžička', 'Příčná,Na Příkopě', '{} ##', '+420602######', 'Plzeň/301 ##', 'Brno/602 ##'],
  ['PL', 'pl', 'Łukasz,Grażyna,Zbigniew', 'Wójcik,Żółtowski,Kowalczyk', 'ul. Długa,al. Jerozolimskie', '{} ##', '+48601######', 'Łódź/90-###', 'Kraków/30-###'],
  ['TR', 'tr', 'İbrahim,Gülşen,Çağrı', 'Yılmaz,Öztürk,Şahin', 'İstiklal Caddesi,Çiçek Sokak', '{} No: ##', '+90532#######', 'İstanbul/34###', 'Diyarbakır/21###'],
  ['GR', 'el', 'Γιώργος,Ελένη,Χρήστος', 'Παπαδόπουλος,Νικολάου,Οικονόμου', 'Οδός Ερμού,Λεωφόρος Συγγρού', '{} ##', '+30694#######', 'Αθήνα/105 ##', 'Θεσσαλονίκη/546 ##'],
  ['BG', 'bg', 'Иван,Мария,Георги', 'Иванов,Димитрова,Петров', 'ул. Шипка,бул. Витоша', '{} ##', '+35988#######', 'София/1###', 'Пловдив/4###'],
  ['AE', 'ar', 'محمد,فاطمة,عبد الله', 'آل نهيان,المنصوري,الهاشمي', 'شارع الشيخ زايد,شارع الكورنيش', '{} ##', '+97150#######', 'دبي', 'أبو ظبي'],
  ['SA', 'ar', 'خالد,نورة,سلمان', 'القحطاني,العتيبي,الدوسري', 'طريق الملك فهد,شارع التحلية', '{} ###', '+96650#######', 'الرياض/11###', 'جدة/21###'],
  ['IN', 'hi', 'आरव,प्रिया,अनन्या', 'शर्मा,गुप्ता,सिंह', 'महात्मा गांधी मार्ग,स्टेशन रोड', '##, {}', '+9198########', 'नई दिल्ली/1100##/दिल्ली', 'जयपुर/3020##/राजस्थान'],
  ['TH', 'th', 'สมชาย,มาลี,ธนพล', 'ใจดี,ศรีสุข,วงศ์สว่าง', 'ถนนสุขุมวิท,ถนนพระราม 4', '## {}', '+6681#######', 'กรุงเทพมหานคร/10###', 'เชียงใหม่/50###'],
  ['HK', 'zh', '家豪,嘉欣,志明', '陳,黃,歐陽', '彌敦道,皇后大道中', '{}##號', '+852612#####', '香港', '九龍'],
  ['JP', 'ja', '陽翔,さくら,健太郎', '佐藤,髙橋,渡邉', '銀座,北野町', '{}#丁目#番#号', '+81902#######', '東京都中央区/104-00##', '京都市/603-####'],
  ['KR', 'ko', '민준,서연,지우', '김,이,박', '세종대로,테헤란로', '{} ##', '+8210########', '서울특별시/04###', '부산광역시/48###'],
  ['SG', 'en', 'Wei Ling,Arjun,Nur Aisyah', 'Tan,Lim,Binte Abdullah', 'Orchard Road,Serangoon Avenue 3', 'Blk ### {}', '+6581######', 'Singapore/23####'],
  ['AU', 'en', 'Charlotte,Jack,Mia', "Nguyen,O'Brien,Wilson", 'George St,Flinders Ln', '## {}', '+61412######', 'Sydney/20##/NSW', 'Melbourne/30##/VIC'],
  ['ZA', 'af', 'Annelië,Thabo,Renée', 'van der Merwe,Nkosi,du Plessis', 'Langstraat,Voortrekkerweg', '{} ##', '+2782#######', 'Kaapstad/80##', 'Johannesburg/20##'],
  ['MX', 'es', 'Guadalupe,Jesús,Xóchitl', 'Hernández Peña,Martínez,Zúñiga', 'Avenida Reforma,Calle 5 de Mayo', '{} ###', '+5255########', 'Ciudad de México/06###/CDMX', 'Mérida/97###/YUC'],
  ['BR', 'pt', 'João,Conceição,Antônio', 'da Silva,Gonçalves,Araújo', 'Rua São João,Avenida Paulista', '{}, ###', '+551199#######', 'São Paulo/01###-###/SP', 'Brasília/70###-###/DF'],
  ['CO', 'es', 'Andrés,Ángela,Nicolás', 'Rodríguez,Peña,Bermúdez', 'Carrera 7,Calle 100', '{} # ##-##', '+57310#######', 'Bogotá/11####', 'Medellín/05####/Antioquia'],
];

/** Thirty countries, ten scripts, the accents of many languages. */
export const homelands: readonly Homeland[] = table.map(([country, language, firstNames, lastNames, streets, line1, mobile, ...places]) => ({
  country,
  language,
  firstNames: firstNames.split(','),
  lastNames: lastNames.split(','),
  streets: streets.split(','),
  line1,
  mobile,
  places: places.map((place) => {
    const [city = '', postalCode, state] = place.split('/');
    return { city, ...(postalCode !== undefined && { postalCode }), ...(state !== undefined && { state }) };
  }),
}));
