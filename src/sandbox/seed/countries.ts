type NonEmptyList<T> = readonly [T, ...T[]];

/** Names of people and places in a country. All are invented or common and identify no real person. */
export interface Country {
  readonly code: string;
  /** The weight of the country in the random choice. */
  readonly weight: number;
  /** A name in a non-Latin script has its Latin spelling after a bar, for email addresses. */
  readonly given: NonEmptyList<string>;
  readonly family: NonEmptyList<string>;
  /** City, full name of the state or province, and the pattern of the postal codes. */
  readonly cities: NonEmptyList<readonly [city: string, state: string, postalCode: string]>;
  /** `{n}` stands for the house number. */
  readonly streets: NonEmptyList<string>;
  readonly phone: string;
}

/** Splits a comma-separated list. */
function splitNames(line: string): NonEmptyList<string> {
  const [first = '', ...rest] = line.split(', ');
  return [first, ...rest];
}

export const countries: NonEmptyList<Country> = [
  {
    code: 'US',
    weight: 26,
    given: splitNames(
      'Maya, Ethan, Chloe, Marcus, Harper, Diego, Naomi, Caleb, Priscilla, Owen, Tamika, Wyatt, Lena, Andre, Josephine, Silas, Renee, Hector, Imani, Grant',
    ),
    family: splitNames(
      "Caldwell, Whitaker, Okafor, Brennan, Delgado, Hartley, Nakamura, Prescott, Ellison, Vandermeer, Washington, Lindqvist, Abernathy, O'Rourke, Castellano, Pruitt, Holloway, McKenna, Stein, Beaumont",
    ),
    cities: [
      ['Portland', 'Oregon', '972##'],
      ['Austin', 'Texas', '787##'],
      ['Madison', 'Wisconsin', '537##'],
      ['Savannah', 'Georgia', '314##'],
      ['Boulder', 'Colorado', '803##'],
      ['Brooklyn', 'New York', '112##'],
      ['Oakland', 'California', '946##'],
      ['Duluth', 'Minnesota', '558##'],
    ],
    streets: splitNames(
      '{n} Maple Street, {n} Juniper Avenue, {n} Old Mill Road, {n} Harbor View Drive, {n} West 14th Street, {n} Cottonwood Lane, {n} Division Street, {n} Lakeshore Boulevard',
    ),
    phone: '(###) 555-01##',
  },
  {
    code: 'CA',
    weight: 8,
    given: splitNames(
      'Isabelle, Liam, Mireille, Gavin, Élodie, Noah, Sabrina, Tristan, Océane, Dalton, Maxime, Freya',
    ),
    family: splitNames(
      'Tremblay, MacLeod, Bouchard, Singh, Fournier, Kowalchuk, Gauthier, Sinclair, Pelletier, Chan, Lévesque, Arsenault',
    ),
    cities: [
      ['Montréal', 'Quebec', 'H2@ #@#'],
      ['Halifax', 'Nova Scotia', 'B3@ #@#'],
      ['Saskatoon', 'Saskatchewan', 'S7@ #@#'],
      ['Vancouver', 'British Columbia', 'V6@ #@#'],
      ['Hamilton', 'Ontario', 'L8@ #@#'],
    ],
    streets: splitNames(
      '{n} rue Saint-Denis, {n} Spring Garden Road, {n} Queen Street West, {n} Broadway Avenue',
    ),
    phone: '+1 ### 555 01##',
  },
  {
    code: 'GB',
    weight: 11,
    given: splitNames(
      'Imogen, Callum, Beatrix, Rhys, Poppy, Alistair, Priya, Hamish, Florence, Dev, Tamsin, Gareth, Ottilie, Kwame',
    ),
    family: splitNames(
      "Ashworth, Pemberton, Okonkwo, Fairclough, Llewellyn, Braithwaite, Patel, MacGregor, Thistlewood, D'Arcy, Featherstone, Begum, Hargreaves, St. John",
    ),
    cities: [
      ['Leeds', 'West Yorkshire', 'LS# #@@'],
      ['Bristol', 'Bristol', 'BS# #@@'],
      ['Edinburgh', 'City of Edinburgh', 'EH# #@@'],
      ['Cardiff', 'Cardiff', 'CF1# #@@'],
      ['Norwich', 'Norfolk', 'NR# #@@'],
    ],
    streets: splitNames(
      '{n} Albert Road, {n} Church Lane, {n} The Crescent, Flat {n} Millbrook House, {n} Station Road',
    ),
    phone: '+44 20 7946 0###',
  },
  {
    code: 'DE',
    weight: 9,
    given: splitNames(
      'Anneliese, Jürgen, Friederike, Björn, Käthe, Lukas, Annika, Götz, Mareike, Till, Yasemin, Ruprecht',
    ),
    family: splitNames(
      'Schröder, Müller-Brandt, Weiß, Lindenberg, Köhler, Yılmaz, Hoffmann, Straßer, Böttcher, von Alten, Grünwald, Petersen',
    ),
    cities: [
      ['Leipzig', 'Sachsen', '041##'],
      ['Freiburg im Breisgau', 'Baden-Württemberg', '791##'],
      ['Kiel', 'Schleswig-Holstein', '241##'],
      ['Köln', 'Nordrhein-Westfalen', '506##'],
      ['Nürnberg', 'Bayern', '904##'],
    ],
    streets: splitNames('Lindenstraße {n}, Am Alten Markt {n}, Goetheplatz {n}, Kirchgasse {n}, Uferweg {n}'),
    phone: '+49 30 23125 ###',
  },
  {
    code: 'FR',
    weight: 7,
    given: splitNames('Amélie, Étienne, Solène, Guillaume, Maëlys, Thibault, Inès, Loïc, Clémence, Bastien'),
    family: splitNames(
      "Lefèvre, Dubois, Garnier-Roux, Chevallier, N'Diaye, Béranger, de La Tour, Marchand, Peltier, Brûlé",
    ),
    cities: [
      ['Nantes', 'Loire-Atlantique', '440##'],
      ['Lyon', 'Rhône', '6900#'],
      ['Strasbourg', 'Bas-Rhin', '670##'],
      ['Aix-en-Provence', 'Bouches-du-Rhône', '1309#'],
    ],
    streets: splitNames(
      "{n} rue des Lilas, {n} avenue de la République, {n} quai de l'Île, {n} impasse du Moulin",
    ),
    phone: '+33 1 99 00 ## ##',
  },
  {
    code: 'NL',
    weight: 4,
    given: splitNames('Sanne, Joris, Femke, Wouter, Marijke, Daan, Fleur, Ruben'),
    family: splitNames('de Vries, van den Berg, Bakker, Hoekstra, van Rijn, Ten Brink, Kuiper, Zijlstra'),
    cities: [
      ['Utrecht', 'Utrecht', '35## @@'],
      ['Groningen', 'Groningen', '97## @@'],
      ['Delft', 'Zuid-Holland', '26## @@'],
    ],
    streets: splitNames('Oudegracht {n}, Kastanjelaan {n}, Nieuwstraat {n}, Burgemeester Kosterplein {n}'),
    phone: '+31 20 555 ####',
  },
  {
    code: 'SE',
    weight: 3,
    given: splitNames('Åsa, Göran, Ebba, Måns, Linnéa, Sixten, Ylva, Håkan'),
    family: splitNames('Öberg, Lindström, Sjögren, Ångman, Nyqvist, Hägglund, Ekdahl, Åkesson'),
    cities: [
      ['Göteborg', 'Västra Götaland', '411 ##'],
      ['Umeå', 'Västerbotten', '903 ##'],
      ['Malmö', 'Skåne', '211 ##'],
    ],
    streets: splitNames('Storgatan {n}, Björkvägen {n}, Hamngatan {n}, Södra Förstadsgatan {n}'),
    phone: '+46 8 465 004 ##',
  },
  {
    code: 'PL',
    weight: 3,
    given: splitNames('Zofia, Paweł, Agnieszka, Łukasz, Małgorzata, Krzysztof, Bożena, Jędrzej'),
    family: splitNames('Wójcik, Kowalczyk, Zając, Nowak-Górska, Szymański, Dąbrowska, Żak, Pietrzyk'),
    cities: [
      ['Kraków', 'Małopolskie', '31-###'],
      ['Wrocław', 'Dolnośląskie', '50-###'],
      ['Łódź', 'Łódzkie', '90-###'],
    ],
    streets: splitNames('ul. Długa {n}, ul. Świętego Marcina {n}, al. Jana Pawła II {n}, ul. Krótka {n}/4'),
    phone: '+48 22 555 ## ##',
  },
  {
    code: 'GR',
    weight: 3,
    given: splitNames(
      'Ελένη|Eleni, Γιώργος|Giorgos, Κατερίνα|Katerina, Νίκος|Nikos, Δέσποινα|Despina, Στέλιος|Stelios',
    ),
    family: splitNames(
      'Παπαδάκης|Papadakis, Οικονόμου|Oikonomou, Βλάχος|Vlachos, Δημητρίου|Dimitriou, Καραγιάννη|Karagianni, Ξανθός|Xanthos',
    ),
    cities: [
      ['Θεσσαλονίκη', 'Κεντρική Μακεδονία', '546 ##'],
      ['Ηράκλειο', 'Κρήτη', '712 ##'],
    ],
    streets: splitNames('Εγνατία {n}, Αγίου Δημητρίου {n}, Λεωφόρος Κνωσού {n}'),
    phone: '+30 21 5555 ####',
  },
  {
    code: 'UA',
    weight: 3,
    given: splitNames(
      'Олена|Olena, Тарас|Taras, Соломія|Solomiia, Андрій|Andrii, Ярина|Yaryna, Богдан|Bohdan',
    ),
    family: splitNames(
      'Коваленко|Kovalenko, Шевчук|Shevchuk, Лисенко|Lysenko, Гончар|Honchar, Марченко|Marchenko, Бойко|Boiko',
    ),
    cities: [
      ['Львів', 'Львівська область', '790##'],
      ['Чернівці', 'Чернівецька область', '580##'],
    ],
    streets: splitNames('вул. Зелена {n}, вул. Івана Франка {n}, просп. Свободи {n}'),
    phone: '+380 44 555 ## ##',
  },
  {
    code: 'JP',
    weight: 6,
    given: splitNames(
      'さくら|Sakura, 健太|Kenta, 美咲|Misaki, 大輔|Daisuke, 陽菜|Hina, 拓也|Takuya, 千尋|Chihiro, 翔|Sho',
    ),
    family: splitNames(
      '佐々木|Sasaki, 小林|Kobayashi, 渡辺|Watanabe, 藤原|Fujiwara, 森本|Morimoto, 長谷川|Hasegawa, 岡田|Okada, 西村|Nishimura',
    ),
    cities: [
      ['京都市', '京都府', '60#-00##'],
      ['札幌市', '北海道', '06#-00##'],
      ['福岡市', '福岡県', '81#-00##'],
    ],
    streets: splitNames('中央区本町{n}丁目, 北区大通西{n}, 左京区下鴨{n}番地'),
    phone: '+81 3-5550-####',
  },
  {
    code: 'KR',
    weight: 3,
    given: splitNames('서연|Seoyeon, 민준|Minjun, 하윤|Hayun, 지호|Jiho, 은주|Eunju, 도현|Dohyun'),
    family: splitNames('김|Kim, 이|Lee, 박|Park, 최|Choi, 정|Jung, 황|Hwang'),
    cities: [
      ['부산', '부산광역시', '48###'],
      ['대전', '대전광역시', '34###'],
    ],
    streets: splitNames('해운대로 {n}, 중앙로 {n}번길, 대학로 {n}'),
    phone: '+82 2-555-####',
  },
  {
    code: 'IN',
    weight: 4,
    given: splitNames('Ananya, Rohan, Lakshmi, Arjun, Meera, Vikram, प्रिया|Priya, राहुल|Rahul'),
    family: splitNames('Iyer, Chaudhary, Nair, Banerjee, Deshmukh, Krishnamurthy, शर्मा|Sharma, वर्मा|Verma'),
    cities: [
      ['Pune', 'Maharashtra', '4110##'],
      ['Kochi', 'Kerala', '6820##'],
      ['Jaipur', 'Rajasthan', '3020##'],
    ],
    streets: splitNames('{n} Lotus Residency Baner Road, Flat {n} Marine Drive, {n} Civil Lines'),
    phone: '+91 11 5550 ####',
  },
  {
    code: 'BR',
    weight: 4,
    given: splitNames('João, Beatriz, Thiago, Luíza, Conceição, Otávio, Larissa, Caetano'),
    family: splitNames(
      'Araújo, da Conceição, Guimarães, Magalhães, de Souza e Silva, Falcão, Ribeiro, Antunes',
    ),
    cities: [
      ['Belo Horizonte', 'Minas Gerais', '301##-###'],
      ['Recife', 'Pernambuco', '500##-###'],
      ['São Paulo', 'São Paulo', '013##-###'],
    ],
    streets: splitNames('Rua das Acácias {n}, Avenida Afonso Pena {n}, Travessa do Comércio {n}'),
    phone: '+55 11 5555-####',
  },
  {
    code: 'EG',
    weight: 2,
    given: splitNames('ليلى|Layla, عمر|Omar, نور|Nour, يوسف|Youssef, سلمى|Salma'),
    family: splitNames('منصور|Mansour, الشريف|El-Sherif, حداد|Haddad, فاروق|Farouk'),
    cities: [
      ['الإسكندرية', 'الإسكندرية', '215##'],
      ['الجيزة', 'الجيزة', '125##'],
    ],
    streets: splitNames('{n} شارع النيل, {n} شارع سعد زغلول'),
    phone: '+20 2 5555 ####',
  },
  {
    code: 'AU',
    weight: 4,
    given: splitNames('Matilda, Lachlan, Indiana, Angus, Saoirse, Hugo, Minh, Bronte'),
    family: splitNames('Fitzgerald, Nguyen, Gallagher, Wardell, Moretti, Kaur, Dunstan, Papas'),
    cities: [
      ['Fremantle', 'Western Australia', '61##'],
      ['Hobart', 'Tasmania', '70##'],
      ['Newcastle', 'New South Wales', '23##'],
    ],
    streets: splitNames('{n} Wattle Street, Unit 2 {n} Esplanade, {n} Kingsford Terrace'),
    phone: '+61 2 5550 ####',
  },
];

export function countryByCode(code: string): Country {
  return countries.find((country) => country.code === code) ?? countries[0];
}
