import type { Locale, LocalisedText } from '../../kernel/locale.ts';
import type { Role } from '../../models/Staff.ts';

/** Two invented offices of one invented department. */
export const OFFICES = [
  {
    slug: 'girona',
    name: 'OAC Girona',
    address: 'Plaça de l’Exemple, 1, 17002 Girona',
    phone: '+34972000101',
    email: 'oac.girona@departament.example',
    timeZone: 'Europe/Madrid',
    desks: 3,
    pinMoment: 'arrival' as const,
  },
  {
    slug: 'terres-ebre',
    name: 'OAC Terres de l’Ebre',
    address: 'Carrer de la Mostra, 25, 43500 Tortosa',
    phone: '+34977000102',
    email: 'oac.ebre@departament.example',
    timeZone: 'Europe/Madrid',
    desks: 2,
    pinMoment: 'session' as const,
  },
];

interface ProcedureSeed {
  code: string;
  minutes: number;
  name: LocalisedText;
  documents: Record<Locale, string[]>;
  whyNot?: LocalisedText;
}

const ID: Record<Locale, string> = {
  ca: 'DNI, NIE o passaport',
  es: 'DNI, NIE o pasaporte',
  en: 'Identity card or passport',
};
const with_ = (ca: string[], es: string[], en: string[]): Record<Locale, string[]> => ({
  ca: [ID.ca, ...ca],
  es: [ID.es, ...es],
  en: [ID.en, ...en],
});

/** Ten procedures; two of them show why a visit is still needed. */
export const PROCEDURES: ProcedureSeed[] = [
  {
    code: 'familia-nombrosa',
    minutes: 30,
    name: {
      ca: 'Títol de família nombrosa',
      es: 'Título de familia numerosa',
      en: 'Large family certificate',
    },
    documents: with_(['Llibre de família'], ['Libro de familia'], ['Family record book']),
  },
  {
    code: 'familia-monoparental',
    minutes: 30,
    name: {
      ca: 'Títol de família monoparental',
      es: 'Título de familia monoparental',
      en: 'One-parent family certificate',
    },
    documents: with_(
      ['Llibre de família', 'Conveni o sentència, si n’hi ha'],
      ['Libro de familia', 'Convenio o sentencia, si hay'],
      ['Family record book', 'Agreement or ruling, if any'],
    ),
  },
  {
    code: 'ajut-lloguer',
    minutes: 30,
    name: { ca: 'Ajuts al lloguer', es: 'Ayudas al alquiler', en: 'Rent support' },
    documents: with_(
      ['Contracte de lloguer', 'Últims tres rebuts'],
      ['Contrato de alquiler', 'Últimos tres recibos'],
      ['Rental contract', 'Last three receipts'],
    ),
  },
  {
    code: 'discapacitat',
    minutes: 45,
    name: {
      ca: 'Reconeixement de la discapacitat',
      es: 'Reconocimiento de la discapacidad',
      en: 'Recognition of disability',
    },
    documents: with_(['Informes mèdics recents'], ['Informes médicos recientes'], ['Recent medical reports']),
  },
  {
    code: 'dependencia',
    minutes: 45,
    name: { ca: 'Situació de dependència', es: 'Situación de dependencia', en: 'Long-term care' },
    documents: with_(['Informe de salut'], ['Informe de salud'], ['Health report']),
  },
  {
    code: 'parella-estable',
    minutes: 20,
    name: {
      ca: 'Registre de parelles estables',
      es: 'Registro de parejas estables',
      en: 'Register of couples',
    },
    documents: with_(
      ['Certificat d’estat civil'],
      ['Certificado de estado civil'],
      ['Certificate of civil status'],
    ),
  },
  {
    code: 'beca-menjador',
    minutes: 20,
    name: { ca: 'Ajuts de menjador escolar', es: 'Ayudas de comedor escolar', en: 'School meals support' },
    documents: with_(['Full de matrícula'], ['Hoja de matrícula'], ['School enrolment form']),
  },
  {
    code: 'ajuda-tramits',
    minutes: 20,
    name: {
      ca: 'Ajuda amb un tràmit en línia',
      es: 'Ayuda con un trámite en línea',
      en: 'Help with an online procedure',
    },
    documents: { ca: [ID.ca], es: [ID.es], en: [ID.en] },
  },
  {
    code: 'certificat-digital',
    minutes: 15,
    name: { ca: 'Certificat digital', es: 'Certificado digital', en: 'Digital certificate' },
    documents: { ca: [ID.ca], es: [ID.es], en: [ID.en] },
    whyNot: {
      ca: 'Cal venir a l’oficina: la llei demana comprovar la identitat en persona.',
      es: 'Hay que venir a la oficina: la ley pide comprobar la identidad en persona.',
      en: 'A visit is needed: the law asks for identity to be checked in person.',
    },
  },
  {
    code: 'postilla',
    minutes: 15,
    name: { ca: 'Postil·la de l’Haia', es: 'Apostilla de La Haya', en: 'Hague apostille' },
    documents: { ca: ['Document original'], es: ['Documento original'], en: ['Original document'] },
    whyNot: {
      ca: 'Cal venir a l’oficina amb el document original en paper.',
      es: 'Hay que venir a la oficina con el documento original en papel.',
      en: 'A visit is needed, with the original paper document.',
    },
  },
];

interface StaffSeed {
  email: string;
  name: string;
  staffNumber: string;
  role: Role;
  offices: string[];
}

/** Invented staff. The names say that they are. */
export const STAFF: StaffSeed[] = [
  {
    email: 'nuria@oac.example',
    name: 'Núria Exemple',
    staffNumber: 'OAC-1001',
    role: 'agent',
    offices: ['girona'],
  },
  {
    email: 'pau@oac.example',
    name: 'Pau de Prova',
    staffNumber: 'OAC-1002',
    role: 'agent',
    offices: ['girona'],
  },
  {
    email: 'merce@oac.example',
    name: 'Mercè Mostra',
    staffNumber: 'OAC-2001',
    role: 'agent',
    offices: ['terres-ebre'],
  },
  {
    email: 'jordi@oac.example',
    name: 'Jordi Inventat',
    staffNumber: 'OAC-2002',
    role: 'agent',
    offices: ['terres-ebre'],
  },
  {
    email: 'responsable@oac.example',
    name: 'Carme Fictícia',
    staffNumber: 'OAC-0001',
    role: 'supervisor',
    offices: ['girona', 'terres-ebre'],
  },
  {
    email: 'admin@oac.example',
    name: 'Àlex Simulat',
    staffNumber: 'TIC-0001',
    role: 'administrator',
    offices: [],
  },
];

/** The one password of all demo accounts; they exist only where somebody ran the demo seed. */
export const DEMO_PASSWORD = 'demo-oac-2026';
